"""What has been kept for as long as the policy says goes, kind by kind, and nothing else does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from risk.facts import Word
from risk.models import Assessment, Identifier, OutsideAnswer, Sighting, Trace
from risk.policies.store import DEFAULT, publish, read
from tests.conftest import post, seen_by_page
from tests.receiver import Receiver
from tiers.models import Account, Grant
from verification import retaining
from verification.keeping_models import RetentionWalk
from verification.models import Callback, Check, Event, Message, Proof, Review, Signup
from verification.review import give_word, withdraw_word
from verification.tasks.periodic import forget
from verification.webhook_models import DeliveryStatus, WebhookDelivery

KEPT = {"decisions_days": 300, "events_days": 100, "sightings_days": 60, "checks_days": 200, "lookups_days": 90}


@pytest.fixture
def old(
    shop: APIClient, page: APIClient, catch_up: Callable[[], int], code_for: Callable[[str], str], nora: User
) -> Account:
    """Alice's account, with three decisions, a check that she passed, and what came with all that."""
    publish({**read(DEFAULT), "retention": {**KEPT, "callbacks_days": 10}})
    signup = post(shop, "/v1/signups", seen_by_page(page)).json()["id"]
    post(shop, f"/v1/signups/{signup}/checks", {"kind": "phone"})
    catch_up()
    post(shop, f"/v1/signups/{signup}/checks/phone/answers", {"code": code_for("+14155552671")})
    account = Account.objects.get()
    give_word(account.pk, word=Word.HOLD, note="to look at", analyst=nora, at=timezone.now())
    withdraw_word(account.pk, note="seen", analyst=nora, at=timezone.now())
    now = timezone.now()
    OutsideAnswer.objects.create(lookup="mail_domain", value=1, at=now, answer={})
    Callback.objects.create(provider="stripe", event_id="evt_1", at=now, body={"reference": ""})
    catch_up()
    return account


def left() -> dict[str, int]:
    return {
        "decisions": Assessment.objects.count(),
        "events": Event.objects.count(),
        "sightings": Sighting.objects.count(),
        "checks": Check.objects.count(),
        "lookups": OutsideAnswer.objects.filter(lookup="mail_domain", value=1).count(),
        "callbacks": Callback.objects.count(),
    }


def after(days: float) -> dict[str, int]:
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        forget()
    return left()


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("kind", "days"),
    [("callbacks", 10), ("sightings", 60), ("lookups", 90), ("events", 100), ("checks", 200), ("decisions", 300)],
)
def test_each_kind_goes_at_its_time_and_not_before(kind: str, days: int) -> None:
    before = left()
    assert before[kind] > 0
    assert after(days - 1)[kind] == before[kind]
    gone = after(days + 1)
    assert gone[kind] == (2 if kind == "decisions" else 0)
    longer = [each for each, kept in KEPT.items() if kept > days + 1]
    assert {each: gone[each.removesuffix("_days")] for each in longer} == {
        each: before[each.removesuffix("_days")] for each in longer
    }


def test_what_an_account_stands_on_stays_as_long_as_it(old: Account) -> None:
    first, last = Assessment.objects.order_by("pk").first(), Assessment.objects.order_by("pk").last()
    assert Assessment.objects.count() > 2
    after(4000)
    assert list(Assessment.objects.order_by("pk")) == [first, last]
    for model in (Signup, Proof, Review, Grant, Identifier, Trace):
        assert model._default_manager.exists(), model
    old.refresh_from_db()
    assert not Message.objects.exists()


def test_what_waits_to_be_sent_is_kept_until_it_is(
    shop: APIClient, hooked: Receiver, old: Account, catch_up: Callable[[], int]
) -> None:
    post(shop, "/v1/webhook-endpoints", {"url": hooked.url, "events": ["*"]})
    post(shop, "/v1/accounts/acct_alice/reports", {"kind": "abuse", "reference": "r1"})
    catch_up()
    delivery = WebhookDelivery.objects.latest("pk")
    WebhookDelivery.objects.filter(pk=delivery.pk).update(status=DeliveryStatus.WAITING, settled_at=None)
    after(4000)
    assert list(Event.objects.values_list("pk", flat=True)) == [delivery.event_id]
    assert delivery.event.account_id == old.pk


@pytest.mark.usefixtures("old")
def test_a_walk_goes_on_where_it_stopped_and_round_again(monkeypatch: pytest.MonkeyPatch) -> None:
    last = Event.objects.latest("pk").pk  # which others may have come before
    monkeypatch.setattr(retaining, "KEYS", keys := last // 3 + 1)
    monkeypatch.setattr(retaining, "CHUNKS", 1)
    places = []
    with time_machine.travel(timezone.now() + timedelta(days=101)):
        for _ in range(4):
            retaining.purge(timezone.now())
            places.append(RetentionWalk.objects.get(kind="events").place)
    assert places[:2] == [keys, 2 * keys]
    assert 0 in places
    assert not Event.objects.exists()
    assert RetentionWalk.objects.get(kind="events").deleted > 0


@pytest.mark.usefixtures("old")
def test_the_console_shows_what_is_kept_how_long_and_what_went(client: Client, nora: User) -> None:
    after(301)
    client.force_login(nora)
    told: Any = client.get(reverse("admin:verification_retentionwalk_changelist"))
    assert told.status_code == 200
    text = told.content.decode()
    for words in ("300 days", "100 days", "10 days", "events", "decisions"):
        assert words in text
