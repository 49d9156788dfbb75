"""Days of ordinary use open what asks for them; near a line accounts rise by time; grants are history."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import Assessment
from risk.policies.store import active, publish
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account, EarnedDays
from verification.earning import count_days
from verification.models import Proof
from verification.recheck import redecide
from verification.rising import next_due, rise_due
from verification.states import Cause

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)


def days(first: int, last: int) -> list[date]:
    return [FIRST + number * DAY for number in range(first, last)]


@pytest.fixture
def account(shop: APIClient) -> Account:
    """Alice's, with proofs that want sixty days for the top."""
    post(shop, "/v1/signups", alice())
    account, now = Account.objects.get(), timezone.now()
    for kind in ("email", "phone", "passkey"):
        Proof.objects.create(account=account, kind=kind, passed_at=now, lapses_at=now + 365 * DAY)
    redecide(account.pk, cause=Cause.CHECK, at=now)
    account.refresh_from_db()
    assert account.tier == "standard"
    return account


def earn(account: Account, told: list[date]) -> int:
    decided = len(count_days({account.pk: told}, at=timezone.now()))
    account.refresh_from_db()
    return decided


def test_the_day_that_the_ladder_asks_for_opens_the_rung(shop: APIClient, account: Account) -> None:
    before = Assessment.objects.count()
    assert earn(account, days(0, 59)) == 0
    assert (account.earned_days, account.tier, Assessment.objects.count()) == (59, "standard", before)
    assert earn(account, days(59, 60)) == 1
    assert (account.earned_days, account.tier) == (60, "trusted")
    assert shop.get("/v1/accounts/acct_alice/grants").json()["items"][0]["cause"] == "usage"


def test_a_day_counts_once_in_whatever_order_it_comes(account: Account) -> None:
    earn(account, days(30, 40))
    earn(account, days(35, 40))
    earn(account, days(0, 31))
    earn(account, [])
    assert account.earned_days == len(EarnedDays.objects.get().days) == 40


def test_an_account_that_is_gone_is_passed_over(account: Account) -> None:
    assert len(count_days({account.pk: days(0, 60), 10**9: days(0, 60)}, at=timezone.now())) == 1


def test_what_is_said_to_open_more_counts_the_days_earned(shop: APIClient, account: Account) -> None:
    """With sixty days the passkey alone is missing."""
    Proof.objects.filter(kind="passkey").delete()
    earn(account, days(0, 60))
    redecide(account.pk, cause=Cause.CHECK, at=timezone.now())
    steps = shop.get(f"/v1/signups/{account.signup.public_id}").json()["next_checks"]
    assert [(step["tier"], step["cheapest"]) for step in steps] == [("trusted", ["passkey"])]


# --- near a line ---------------------------------------------------------------------------------------------------


def judged_more_harshly(points: float) -> None:
    """Another policy in force, by which Alice's score comes to about so much."""
    odds = points / (100 - points)
    document = {**active().document, "name": f"at {points}", "friction": None}
    publish({**document, "prior": odds / (1 + odds), "multipliers": dict.fromkeys(document["multipliers"], 1)})


@pytest.fixture
def at_the_line(shop: APIClient, account: Account) -> Account:
    """Alice fell to where a challenge leaves her, and is a little under its threshold of 20 again."""
    Proof.objects.exclude(kind="email").delete()
    for points in (21, 19):
        judged_more_harshly(points)
        redecide(account.pk, cause=Cause.USAGE, at=timezone.now())
    account.refresh_from_db()
    return account


def test_near_a_line_an_account_rises_by_time_and_beat_sees_to_it(at_the_line: Account) -> None:
    account, now = at_the_line, timezone.now()
    assert (account.outcome, account.tier, account.held, account.rising_to) == ("allow", "trial", True, "basic")
    due = next_due()
    assert due is not None
    assert rise_due(due - timedelta(seconds=1)) == []
    assert len(rise_due(due)) == 1
    account.refresh_from_db()
    assert (account.tier, account.held, account.rising_since) == ("basic", False, None)
    assert next_due() is None
    assert due > now + 2 * DAY


def test_near_a_line_a_check_that_is_passed_raises_at_once(at_the_line: Account) -> None:
    redecide(at_the_line.pk, cause=Cause.CHECK, at=timezone.now())
    at_the_line.refresh_from_db()
    assert at_the_line.tier == "basic"


def test_an_account_that_wavers_about_a_line_has_one_grant_for_it(shop: APIClient, at_the_line: Account) -> None:
    before = at_the_line.version
    for points in (21, 19, 21, 19, 20.5, 18):
        judged_more_harshly(points)
        redecide(at_the_line.pk, cause=Cause.USAGE, at=timezone.now())
    at_the_line.refresh_from_db()
    assert (at_the_line.version, at_the_line.tier) == (before, "trial")


# --- grants are history --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tiers_grant SET tier = 'trusted'",
        "DELETE FROM tiers_grant",
        "DELETE FROM tiers_account",
    ],
)
def test_the_database_lets_nobody_edit_a_grant(account: Account, sql: str) -> None:
    with connection.cursor() as cursor:  # checks of foreign keys are put off to the end of a transaction
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DELETE FROM tiers_earneddays")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(sql)
    assert account.grants.count() == 2


def test_django_cannot_either(account: Account) -> None:
    for change in (account.grants.all().delete, account.delete):
        with pytest.raises(DatabaseError, match="grants are history"), transaction.atomic():
            change()
    assert account.grants.count() == 2


Ask = Callable[..., Any]


@pytest.fixture
def ask(shop: APIClient) -> Ask:
    return lambda **query: shop.get("/v1/accounts/acct_alice/grants", query)


def test_which_tier_at_a_moment_and_why_has_an_answer(ask: Ask, account: Account) -> None:
    opened, risen = account.grants.order_by("version")
    assert ask(at=opened.at.isoformat()).json()["items"][0]["tier"] == "trial"
    between = opened.at + (risen.at - opened.at) / 2
    told = ask(at=between.isoformat().replace("+00:00", "Z"), limit=1).json()
    (grant,) = told["items"]
    first = Assessment.objects.earliest("pk")
    assert (grant["tier"], grant["cause"], grant["version"]) == ("trial", "signup", 1)
    assert grant["reasons"] == [line["code"] for line in first.reasons]
    assert (grant["outcome"], grant["score"]) == (first.outcome, first.score)
    assert grant["allowed"]["policy"] == first.policy_digest[:12]
    assert grant["allowed"]["limits"]["requests_per_minute"] == 6
    assert told["then"]["tier"] == "trial"
    assert ask(at=(opened.at - timedelta(seconds=1)).isoformat()).json()["items"] == []


def test_limits_are_those_of_the_policy_then_not_of_todays(ask: Ask, account: Account) -> None:
    judged_by, then = active().policy.digest[:12], timezone.now()
    ladder = [dict(line) for line in active().document["ladder"]]
    ladder[1] = {
        **ladder[1],
        "limits": {**ladder[1]["limits"], "requests_per_minute": 130},
        "entitlements": {"seats": 2},
    }
    publish({**active().document, "ladder": ladder})
    told = ask(at=timezone.now().isoformat()).json()
    assert told["items"][0]["allowed"]["policy"] == judged_by
    assert told["items"][0]["allowed"]["limits"]["requests_per_minute"] == 120
    assert told["then"]["limits"]["requests_per_minute"] == 130
    assert told["then"]["entitlements"] == {"seats": 2}
    assert ask(at=then.isoformat()).json()["then"]["limits"]["requests_per_minute"] == 120


@pytest.mark.parametrize("at", ["yesterday", "2026-13-01T00:00:00Z", ""])
def test_what_is_no_moment_is_refused(ask: Ask, account: Account, at: str) -> None:
    answered = ask(at=at)
    assert (answered.status_code, answered.json()["code"]) == (400, "invalid_request")


def test_the_answer_costs_the_same_few_queries_and_an_index_holds_it(
    ask: Ask, account: Account, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    ask(at=timezone.now().isoformat())
    with django_assert_max_num_queries(4):
        ask(at=timezone.now().isoformat())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # of a few rows, sorting is as cheap as an order that is there
        cursor.execute(
            "EXPLAIN SELECT tier FROM tiers_grant WHERE account_id = %s AND at <= now()"
            " ORDER BY at DESC, version DESC LIMIT 1",
            [account.pk],
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "grants_by_time" in plan
    assert "Sort" not in plan
