"""The first page tells which bulk work goes on, and how much of each is left."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from risk.facts import ReportKind
from risk.models import PolicyState, StoredPolicy
from tests.conftest import post
from tests.operator import ring_of
from tests.verification.console.desk import signed_up
from tiers.models import Account
from verification import backtest_runs, containment, policy_runs, relisting, reports
from verification.reports import Telling
from verification.sharing import matching, partners
from verification.sharing.partners import Wanted


def told(desk: Client) -> dict[str, str]:
    page = desk.get("/console/")
    work = page.context["today"].bulk
    assert all(each.name in page.content.decode() for each in work)
    return {each.name: each.left for each in work}


@pytest.fixture
def two(shop: APIClient) -> list[Account]:
    for name in ("a", "b"):
        signed_up(shop, account_id=name, email=f"{name}@gmail.com", phone=None)
    return list(Account.objects.order_by("pk"))


def test_where_nothing_goes_on_nothing_is_told(two: list[Account], desk: Client) -> None:
    assert told(desk) == {}
    assert "None is under way." in desk.get("/console/").content.decode()


def test_a_policy_for_accounts_of_before_and_a_backtest_tell_their_share(
    two: list[Account], desk: Client, nora: User
) -> None:
    policy = StoredPolicy.objects.get(state=PolicyState.ACTIVE)
    run = policy_runs.start(policy, by="command", at=timezone.now())
    backtest_runs.start(policy, by=nora, at=timezone.now())
    shares = {f"Policy {policy.name} for accounts of before": "0 % done", f"Backtest of {policy.name}": "0 % done"}
    assert told(desk) == shares
    policy_runs.go_on(run.pk, at=timezone.now())
    assert told(desk) == {f"Backtest of {policy.name}": "0 % done"}


def test_a_ring_tells_how_many_accounts_have_still_to_follow(two: list[Account], desk: Client) -> None:
    ring = ring_of(two)
    containment.contain(ring.pk, timezone.now())
    name = f"Accounts follow ring {ring.public_id}"
    assert told(desk) == {name: "2 to go, of accounts"}
    containment.apply(ring.pk, timezone.now())
    assert told(desk) == {}


def test_entries_of_lists_and_reports_tell_how_many_are_left(shop: APIClient, two: list[Account], desk: Client) -> None:
    body = {"value": "gmail.com", "reason": "a test"}
    assert post(shop, "/v1/lists/indicated_domains/entries", body).status_code == 201
    telling = Telling(
        source="stripe",
        reference="dp_1",
        kind=ReportKind.CHARGEBACK,
        at=timezone.now(),
        card="fp",
        detail="",
        stands=True,
    )
    report = reports.take(telling, account=two[0], at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):  # every process has heard of the entry
        assert told(desk) == {
            "Accounts follow lists": "1 to go, of entries",
            "Accounts follow reports": "1 to go, of reports",
        }
        reports.apply_chunk(report.pk, at=timezone.now())
        relisting.apply_due(timezone.now())
        assert told(desk) == {}


def test_a_partner_tells_how_many_accounts_were_not_held_against_what_it_told(two: list[Account], desk: Client) -> None:
    partners.add(Wanted("east"), by="command", at=timezone.now())
    newest = two[-1].pk
    assert told(desk) == {"Accounts are held against what east told": f"{newest} to go, of accounts"}
    matching.match_due(timezone.now(), seconds=5)
    assert told(desk) == {}
