"""Which case comes first."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from tests.conftest import post
from tests.verification.console.desk import QUEUE, say, shown, signed_up
from tiers.models import Account
from verification.console.priority import CLOCK, CLOCK_MOST, OF_APPEALS, TENFOLD, with_priority
from verification.models import Case


def priority(account_id: str) -> float:
    found = with_priority(Case.objects.filter(account__account_id=account_id), now=timezone.now()).get()
    return float(found.priority)


def test_a_case_rises_with_its_clock_and_no_further_than_twice(shop: APIClient, desk: Client) -> None:
    say(desk, signed_up(shop), "hold")
    fresh, case = priority("acct_alice"), Case.objects.all()
    case.update(due_at=timezone.now())
    assert priority("acct_alice") - fresh == pytest.approx(CLOCK, abs=0.1)
    case.update(due_at=timezone.now() - timedelta(hours=10 * settings.CASE_HOURS))
    assert priority("acct_alice") - fresh == pytest.approx(CLOCK * CLOCK_MOST, abs=0.1)


def test_ten_times_the_abuse_is_worth_the_same_number_of_points(shop: APIClient, desk: Client) -> None:
    say(desk, signed_up(shop), "hold")
    points = []
    for score in (9.0, 90.0):
        Account.objects.update(score=score, tier="trusted")
        points.append(priority("acct_alice"))
    assert points[1] - points[0] == pytest.approx(TENFOLD, abs=0.1)


def test_the_clock_of_an_appeal_weighs_more_for_a_person_waits(shop: APIClient, desk: Client) -> None:
    say(desk, signed_up(shop), "hold")
    say(desk, signed_up(shop, account_id="acct_bob"), "deny")
    post(shop, "/v1/accounts/acct_bob/appeals", {})
    Case.objects.update(due_at=timezone.now())
    Account.objects.update(score=50.0, tier="trial")
    assert priority("acct_bob") - priority("acct_alice") == pytest.approx((OF_APPEALS - 1) * CLOCK, abs=0.1)
    assert shown(desk.get(QUEUE)) == ["acct_bob", "acct_alice"]


def follows(case: Case) -> bool:
    case.refresh_from_db()
    account = case.account
    account.refresh_from_db()
    parts = ("test", "tier", "outcome", "score")
    return [getattr(case, part) for part in parts] == [getattr(account, part) for part in parts]


def test_a_case_has_what_its_account_has_whatever_changes_that(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    say(desk, signup, "hold")
    case = Case.objects.get()
    assert case.outcome == "review"
    assert follows(case)
    Account.objects.update(score=77.0, tier="trusted")
    assert follows(case)
    case.score, case.tier = 1.0, "blocked"
    case.save()  # by whoever read it before
    assert follows(case)
    say(desk, signup, "deny")
    case.refresh_from_db()
    assert (case.outcome, case.closed_at is None) == ("deny", False)
    assert follows(case), "where it is closed too: filters ask what is decided now"


def test_a_case_of_before_there_were_clocks_has_one_from_its_opening(shop: APIClient, desk: Client) -> None:
    say(desk, signed_up(shop), "hold")
    Case.objects.update(due_at=None)
    case = with_priority(Case.objects.all(), now=timezone.now()).get()
    assert case.due - case.opened_at == timedelta(hours=settings.CASE_HOURS)
