"""Counting happens once, whoever counts, whenever it is stopped, and in whatever order rows come to be seen."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from risk.models import Assessment, StoredPolicy
from risk.outcome import Outcome
from tests.risk.alice import ALICE
from tiers.models import Account
from verification.friction import counting
from verification.friction.counting import Followed, count, recount
from verification.friction_models import FrictionProgress, FrictionTally

NOW = ALICE.at + timedelta(hours=1)
LATER = timedelta(minutes=2)


def assess(number: int, **changes: Any) -> Assessment:
    """The stored first decision on an account."""
    account = Account.objects.create(
        account_id=f"acct_{number}",
        created_at=ALICE.at,
        tier="trial",
        outcome="allow",
        score=1.0,
        test=changes.pop("test", False),
    )
    return Assessment.objects.create(
        **{
            "subject": account.pk,
            "at": ALICE.at,
            "cause": "signup",
            "facts": ALICE.as_json(),
            "policy_digest": StoredPolicy.objects.get(state="active").digest,
            "outcome": "allow",
            "score": 1.0,
            "prior": -3.9,
            "reasons": [],
            "unknown": {},
            **changes,
        }
    )


def counted() -> int:
    return FrictionTally.objects.filter(dimension="country").aggregate(sum=Sum("allow"))["sum"] or 0


def settle(now: datetime = NOW) -> datetime:
    """What is there is seen, and long enough ago. Counting begins at the first of it: ids of other tests are gone."""
    first = Assessment.objects.order_by("pk").values_list("pk", flat=True)[0]
    FrictionProgress.objects.create(pk=1, counted_to=first - 1, followed_to=first - 1)
    count(now)
    return now + LATER


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(counting, "BATCH", 3)
    return iter(())


def test_what_was_just_written_waits_until_all_who_were_writing_have_ended(db: None) -> None:
    late = assess(1)
    kept = Assessment.objects.filter(pk=late.pk).values()[0]
    late.delete()
    assess(2)
    count(NOW)
    assert counted() == 0
    Assessment.objects.create(**kept)  # an id from before, that comes to be seen only now
    count(NOW + LATER)
    assert counted() == 2
    count(NOW + 2 * LATER)
    assert counted() == 2


def test_only_first_decisions_of_real_accounts_within_the_kept_days_count(db: None) -> None:
    assess(1)
    assess(2, test=True)
    assess(3, at=NOW - counting.KEPT - timedelta(days=1))
    assess(4, cause="check")
    count(settle())
    assert counted() == 1


def test_facts_that_cannot_be_read_stop_nothing(db: None) -> None:
    assess(1, facts={"at": "yesterday"})
    assess(2)
    count(settle())
    assert counted() == 1


def test_a_policy_that_is_gone_holds_nobody(db: None) -> None:
    assess(1, policy_digest="gone")
    count(settle(NOW + timedelta(days=2)))
    assert FrictionTally.objects.get(dimension="country").followed == 1


def test_stopped_in_between_it_goes_on_where_it_was(db: None, small_batches: None) -> None:
    for number in range(10):
        assess(number)
    now = settle()
    count(now, seconds=0)
    assert 0 < counted() < 10
    count(now)
    assert counted() == 10


def test_counting_anew_waits_for_no_beat(db: None) -> None:
    assess(1)
    assert sum(recount(NOW + timedelta(days=2))) > 0
    tally = FrictionTally.objects.get(dimension="country")
    assert (tally.allow, tally.followed) == (1, 1)


def test_counting_anew_that_was_stopped_is_finished_by_the_next_count(db: None, small_batches: None) -> None:
    for number in range(10):
        assess(number)
    now = settle()
    count(now)
    anew = recount(now)
    next(anew)
    anew.close()
    assert counted() < 10
    count(now)
    assert counted() == 10


@pytest.mark.django_db(transaction=True)
def test_four_who_count_at_once_count_everything_once(small_batches: None) -> None:
    for number in range(40):
        assess(number)
    now = settle()

    def alone(_: int) -> int:
        try:
            return count(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(alone, range(4)))
    progress = FrictionProgress.objects.get()
    assert counted() == 40
    assert progress.counted_to == progress.settled
    assert sum(done) == 40  # ids, none of them old enough to be followed


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_is_killed_counts_nothing(small_batches: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        assess(number)
    now = settle()
    with monkeypatch.context() as broken:
        broken.setattr(counting, "_label", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            count(now)
    assert counted() == 0
    count(now)
    assert counted() == 5


@pytest.mark.parametrize(
    ("followed", "counts"),
    [
        (Followed(Outcome.ALLOW, False, frozenset(), Outcome.ALLOW, False), {"cleared"}),
        (Followed(Outcome.ALLOW, True, frozenset({"email"}), Outcome.ALLOW, False), {"cleared"}),
        (Followed(Outcome.ALLOW, False, frozenset(), Outcome.REVIEW, True), {"held"}),
        (Followed(Outcome.CHALLENGE, False, frozenset(), Outcome.CHALLENGE, False), set()),
        (Followed(Outcome.CHALLENGE, True, frozenset(), Outcome.CHALLENGE, False), {"asked"}),
        (
            Followed(Outcome.CHALLENGE, True, frozenset({"email"}), Outcome.ALLOW, False),
            {"asked", "passed", "proven", "cleared"},
        ),
        (
            Followed(Outcome.CHALLENGE, True, frozenset({"proof_of_work", "passkey"}), Outcome.ALLOW, False),
            {"asked", "passed"},
        ),
        (Followed(Outcome.CHALLENGE, True, frozenset({"phone"}), Outcome.DENY, True), {"asked", "passed", "held"}),
        (Followed(Outcome.REVIEW, True, frozenset({"email"}), Outcome.ALLOW, False), {"asked", "passed"}),
    ],
)
def test_what_became_of_a_signup_counts_as(followed: Followed, counts: set[str]) -> None:
    assert set(followed.counts) == {"followed"} | counts


def test_days_are_of_utc(db: None) -> None:
    assess(1)
    count(settle())
    assert FrictionTally.objects.get(dimension="country").day == ALICE.at.astimezone(UTC).date()
