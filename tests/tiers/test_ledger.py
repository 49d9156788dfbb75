"""The script in Valkey: one answer for an account and its ring, as the arithmetic has it, and nothing half done."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.lib.valkey import packed
from tiers import ledger
from tiers.buckets import NEVER_MS, Limits, Order, Spent, limits_of
from tiers.own_ledger import OwnLedger

TRIAL = limits_of({"requests_per_minute": 6, "tokens_per_day": 1000, "concurrency": 2})
BASIC = limits_of({"requests_per_minute": 30, "tokens_per_day": 5000, "concurrency": 3})
RING = ("account:a", "ring:r")

orders = st.builds(
    Order,
    requests=st.integers(0, 3),
    tokens=st.integers(0, 600),
    lease=st.sampled_from(["", "one", "two", "three"]),
    hold_ms=st.just(60_000),
    force=st.booleans(),
)
payers = st.sampled_from([("account:a",), ("account:b",), RING, ("account:b", "ring:r")])
Step = tuple[tuple[str, ...], Limits, Order]
steps = st.lists(st.tuples(payers, st.sampled_from([TRIAL, BASIC]), orders), max_size=12)


def outcome(spent: Spent) -> tuple[object, ...]:
    """What does not depend on how many milliseconds went by."""
    return spent.granted, spent.wait_ms == NEVER_MS, spent.slots, [each.fits for each in spent.left]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_valkey_and_a_process_by_itself_come_to_the_same(asked: list[Step]) -> None:
    ledger.NAMESPACE += "+"  # the fixture gives a new one to each test, and this is one for each example
    own = OwnLedger()
    for who, limits, order in asked:
        there, here = ledger.spend(who, limits, order), own.spend(who, limits, order)
        assert outcome(there) == outcome(here), (who, limits, order)
        assert all(abs(a.remaining - b.remaining) <= 1 for a, b in zip(there.left, here.left, strict=True))


def test_what_is_refused_for_the_ring_is_not_taken_from_the_account() -> None:
    for number in range(6):
        assert ledger.spend((f"account:{number}", "ring:r"), TRIAL, Order()).granted
    refused = ledger.spend(RING, TRIAL, Order())
    assert (refused.granted, refused.left[0].remaining) == (False, 0)
    assert 9_000 < refused.wait_ms <= 10_001
    alone = ledger.spend(("account:a",), TRIAL, Order())
    assert (alone.granted, alone.left[0].remaining) == (True, 5)


def test_what_is_refused_for_its_tokens_takes_no_request() -> None:
    assert not ledger.spend(RING, TRIAL, Order(tokens=1001)).granted
    assert ledger.spend(RING, TRIAL, Order(tokens=1000)).left[0].remaining == 5


def test_a_ring_of_two_hundred_at_once_gets_what_one_account_gets() -> None:
    start = threading.Barrier(20)

    def member(number: int) -> int:
        start.wait()
        who = [(f"account:{number}-{each}", "ring:r") for each in range(10)]
        return sum(ledger.spend(one, TRIAL, Order()).granted for one in who)

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(member, range(20))) == 6


def test_calls_under_way_hold_their_places_until_they_are_over_or_forgotten() -> None:
    first, second = (Order(lease=name, hold_ms=60_000) for name in ("first", "second"))
    assert [ledger.spend(RING, TRIAL, each).slots for each in (first, second)] == [1, 0]
    third = ledger.spend(("account:b", "ring:r"), TRIAL, Order(lease="third", hold_ms=60_000))
    assert (third.granted, third.wait_ms, third.slots) == (False, 1000, 0)
    assert ledger.free(RING, "first")
    assert not ledger.free(RING, "first")
    assert ledger.spend(RING, TRIAL, Order(lease="fourth", hold_ms=50)).granted
    time.sleep(0.06)
    assert ledger.spend(RING, TRIAL, Order(lease="fifth", hold_ms=50)).granted


def test_what_was_used_beyond_is_taken_whatever_is_left() -> None:
    ledger.spend(RING, TRIAL, Order(requests=0, tokens=5000, force=True))
    refused = ledger.spend(RING, TRIAL, Order(tokens=0))
    assert (refused.granted, refused.left[1].fits, refused.left[1].remaining) == (False, False, 0)
    assert refused.wait_ms > 3 * 86_400_000


def test_a_tier_that_may_do_nothing_is_granted_nothing_and_not_told_to_wait() -> None:
    blocked = limits_of({"requests_per_minute": 0, "tokens_per_day": 0, "concurrency": 0})
    spent = ledger.spend(RING, blocked, Order(lease="one", hold_ms=1000))
    assert (spent.granted, spent.wait_ms, spent.slots) == (False, NEVER_MS, 0)


def test_a_tier_without_limits_is_granted_everything() -> None:
    assert ledger.spend(RING, limits_of({}), Order(requests=1000, lease="one", hold_ms=1000)).granted


def test_what_was_taken_is_forgotten_when_it_is_drained() -> None:
    limits = limits_of({"requests_per_minute": 6})
    ledger.spend(RING, limits, Order(requests=6))
    kept = [ledger.valkey.ask(packed(("PTTL", key)))[0] for key in ledger._keys(RING)[::2]]
    assert all(59_000 < left <= 60_000 for left in kept)
