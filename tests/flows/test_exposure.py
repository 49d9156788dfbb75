"""What a ring's accounts could have taken before it was contained: told wherever rings are, and never guessed."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib import metrics
from risk.models import Ring
from tests.cast import alice
from tests.conftest import post
from tests.operator import ring_of
from tiers.models import Account, Grant
from verification import exposure
from verification.console.rings import page_of
from verification.containment import apply, contain
from verification.tasks import add_up_exposure

TRIAL, BASIC = 6 * 24 * 60, 30 * 24 * 60  # requests a day of the tiers
DAYS = 10
NOTE = {"note": "one script, one card"}


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def ring(shop: APIClient, now: datetime) -> Ring:
    """Two people who signed up ten days ago and have been on trial since, but that the first rose after four."""
    opened = (now - timedelta(days=DAYS)).isoformat()
    for number in range(2):
        sent = alice(account_id=f"acct_{number}", email=f"jane{number}@corp{number}.example", phone=None, device=None)
        assert post(shop, "/v1/signups", {**sent, "created_at": opened}).status_code == 201
    first, second = Account.objects.order_by("pk")
    assert {first.tier, second.tier} == {"trial"}
    rose = {"at": now - timedelta(days=6), "tier": "basic", "cause": "check", "version": 2}
    Grant.objects.create(account=first, assessment_id=1, **rose)
    Account.objects.filter(pk=first.pk).update(tier="basic", version=2)
    return ring_of([first, second])


@pytest.fixture
def desk(client_of: Any) -> APIClient:
    client: APIClient = client_of("rings:read", "rings:write")
    return client


def told(client: APIClient, ring: Ring, end: str = "") -> Any:
    return client.get(f"/v1/rings/{ring.public_id}{end}").json()


def test_each_tier_counts_for_as_long_as_it_was_held_for_each_account_and_the_ring(
    desk: APIClient, ring: Ring, now: datetime
) -> None:
    each = [4 * TRIAL + 6 * BASIC, 10 * TRIAL]
    with time_machine.travel(now, tick=False):
        seen = told(desk, ring)
        members = told(desk, ring, "/members")["items"]
    assert [member["could_have_taken"] for member in members] == each
    assert seen["could_have_taken"] == sum(each)


def test_what_was_taken_is_not_known_and_that_is_what_is_said(desk: APIClient, ring: Ring, nora: User) -> None:
    assert told(desk, ring)["took"] is None
    browser = Client()
    browser.force_login(nora)
    page = browser.get(page_of(ring.pk)).content.decode()
    assert re.search(r"<dt>Took</dt><dd[^>]*>not reported<", page)
    account = Account.objects.order_by("pk")[1]
    dossier = browser.get(f"/console/verification/signup/{account.signup.pk}/change/").content.decode()
    assert f"could have made {DAYS * TRIAL:,} requests until now; what it took is not reported" in dossier


def used(gateway: APIClient, account: str, at: datetime, requests: int) -> None:
    window = {"account_id": account, "window_start": at.isoformat(), "requests": requests}
    assert post(gateway, "/v1/usage", [window]).json()["stored"] == 1


def test_what_gateways_report_is_what_was_taken_until_the_ring_was_contained(
    desk: APIClient, client_of: Any, ring: Ring, now: datetime, nora: User
) -> None:
    gateway, hour = client_of("usage:write"), timedelta(hours=1)
    used(gateway, "acct_0", now - 3 * hour, 1_200)
    used(gateway, "acct_0", now - 2 * hour, 300)
    assert told(desk, ring)["took"] == 1_500
    assert [member["took"] for member in told(desk, ring, "/members")["items"]] == [1_500, 0]
    contain(ring.pk, now - hour)
    apply(ring.pk, now - hour)
    used(gateway, "acct_1", now - hour / 2, 70)
    assert told(desk, ring)["took"] == 1_500
    browser = Client()
    browser.force_login(nora)
    page = browser.get(page_of(ring.pk)).content.decode()
    assert re.search(r"<dt>Took</dt><dd[^>]*>1,500<", page)
    account = Account.objects.order_by("pk")[0]
    dossier = browser.get(f"/console/verification/signup/{account.signup.pk}/change/").content.decode()
    assert "requests before the ring was contained; it took 1,500" in dossier


def test_it_grows_until_the_ring_is_contained_and_stays_there(desk: APIClient, ring: Ring, now: datetime) -> None:
    begun = told(desk, ring)["could_have_taken"]
    with time_machine.travel(now + timedelta(days=1)):
        grown = told(desk, ring)["could_have_taken"]
        assert grown == pytest.approx(begun + TRIAL + BASIC, abs=50)
        contain(ring.pk, timezone.now())
        apply(ring.pk, timezone.now())
    with time_machine.travel(now + timedelta(days=5)):
        assert told(desk, ring)["could_have_taken"] == pytest.approx(grown, abs=50)


def test_a_look_ahead_tells_it_over_http_and_in_the_console(desk: APIClient, ring: Ring, nora: User) -> None:
    path = f"/v1/rings/{ring.public_id}/actions"
    would = post(desk, path, {"action": "confirm", "dry_run": True}).json()
    assert would["ring"]["could_have_taken"] == pytest.approx(14 * TRIAL + 6 * BASIC, abs=50)
    assert would["ring"]["took"] is None
    browser = Client()
    browser.force_login(nora)
    page = browser.get(f"{page_of(ring.pk)}?act=confirm").content.decode()
    assert "more each day that nothing holds them; what they took is not reported" in page


def test_a_dismissed_ring_could_have_taken_nothing_for_its_accounts_are_nobodys(desk: APIClient, ring: Ring) -> None:
    assert post(desk, f"/v1/rings/{ring.public_id}/actions", {"action": "dismiss", **NOTE}).status_code == 200
    assert told(desk, ring)["could_have_taken"] == 0


def test_metrics_tell_the_sums_by_state_that_were_added_up_last(desk: APIClient, ring: Ring, client: Client) -> None:
    def scraped(name: str, **labels: str) -> float:
        metrics.start_anew()
        said = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
        text = client.get("/metrics").content.decode()
        (line,) = [line for line in text.splitlines() if line.startswith(f"{name}{{{said}}} ")]
        return float(line.rpartition(" ")[2])

    could, still = "gatehouse_ring_exposure_requests", "gatehouse_ring_exposure_requests_per_day"
    assert add_up_exposure() == 1
    before = scraped(could, state="suspected", contained="no")
    assert before == pytest.approx(14 * TRIAL + 6 * BASIC, abs=50)
    assert scraped(still, state="suspected", contained="no") == TRIAL + BASIC
    assert scraped(could, state="confirmed", contained="yes") == 0
    assert post(desk, f"/v1/rings/{ring.public_id}/actions", {"action": "confirm", **NOTE}).status_code == 200
    assert scraped(could, state="suspected", contained="no") == 0
    assert scraped(still, state="confirmed", contained="yes") == TRIAL + BASIC  # nothing is added up at a scrape
    apply(ring.pk, timezone.now())
    assert scraped(could, state="confirmed", contained="yes") == pytest.approx(before, abs=50)
    assert scraped(still, state="confirmed", contained="yes") == 0


def test_a_large_ring_is_told_as_it_was_added_up_and_anew_once_its_accounts_have_followed(
    desk: APIClient, ring: Ring, nora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exposure, "LARGE", 2)
    assert add_up_exposure() == 1
    Account.objects.filter(account_id="acct_0").update(held=True)
    browser = Client()
    browser.force_login(nora)
    page = browser.get(page_of(ring.pk)).content.decode()
    assert f"{TRIAL + BASIC:,} a day" in page
    assert "as of" in page
    assert told(desk, ring)["exposure"] == TRIAL + BASIC
    assert datetime.fromisoformat(told(desk, ring)["added_up_at"]) < timezone.now()
    contain(ring.pk, timezone.now())
    apply(ring.pk, timezone.now())
    assert told(desk, ring)["exposure"] == 0
    assert ">0 a day" in browser.get(page_of(ring.pk)).content.decode()
