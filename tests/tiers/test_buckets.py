"""A budget as a bucket: what fits, how long to wait, and what another tier makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers.buckets import NEVER_MS, Held, Limit, Limits, Unit, limits_of, longest, look

MINUTE = 60_000.0
SIX = Limit("requests_per_minute", Unit.REQUESTS, 6.0, MINUTE)
TOKENS = Limit("tokens_per_day", Unit.TOKENS, 1000.0, 86_400_000.0)


def test_the_limits_of_a_tier_are_read_off_their_names_and_others_are_not_for_here() -> None:
    table = {"requests_per_minute": 6, "tokens_per_day": 1000, "concurrency": 2, "seats": 5, "requests_per_year": 1}
    assert limits_of(table) == Limits((SIX, TOKENS), 2)
    assert limits_of({"requests_per_hour": 0}) == Limits(
        (Limit("requests_per_hour", Unit.REQUESTS, 0.0, 3_600_000.0),), None
    )


@pytest.mark.parametrize(
    ("limit", "held", "amount", "fits", "wait_ms"),
    [
        pytest.param(SIX, Held(), 6, True, 0, id="a full minute's worth at once"),
        pytest.param(SIX, Held(), 7, False, NEVER_MS, id="more than it ever holds"),
        pytest.param(SIX, Held(6, 0, 6), 1, False, 10_001, id="full: one is drained in ten seconds"),
        pytest.param(SIX, Held(5, 0, 6), 1, True, 0, id="the last one"),
        pytest.param(SIX, Held(60, 0, 60), 1, False, 55_001, id="fallen from sixty: no longer than a minute"),
        pytest.param(SIX, Held(6, 0, 6), 0, True, 0, id="no request asked for"),
        pytest.param(TOKENS, Held(999, 0, 1000), 0, True, 0, id="tokens told later, some left"),
        pytest.param(TOKENS, Held(1000, 0, 1000), 0, False, 1, id="tokens told later, none left"),
        pytest.param(TOKENS, Held(2000, 0, 1000), 0, False, 86_400_001, id="a debt is paid off at its tier's speed"),
        pytest.param(Limit("x", Unit.REQUESTS, 0.0, MINUTE), Held(), 1, False, NEVER_MS, id="a blocked tier"),
        pytest.param(Limit("x", Unit.TOKENS, 0.0, MINUTE), Held(), 0, False, NEVER_MS, id="no tokens ever"),
    ],
)
def test_what_fits_and_how_long_to_wait(limit: Limit, held: Held, amount: float, *, fits: bool, wait_ms: float) -> None:
    seen = look(limit, held, amount, now_ms=0)
    assert (seen.fits, round(seen.wait_ms)) == (fits, wait_ms)


def test_it_drains_evenly_and_a_clock_that_goes_back_drains_nothing() -> None:
    held = Held(6, 100_000, 6)
    assert look(SIX, held, 1, now_ms=130_000).used == pytest.approx(3)
    assert look(SIX, held, 1, now_ms=170_000).used == 0
    assert look(SIX, held, 1, now_ms=50_000).used == 6


@given(st.lists(st.tuples(st.sampled_from([6.0, 30.0]), st.floats(0, 20_000)), min_size=1, max_size=200))
def test_accounts_on_two_rungs_get_no_more_together_than_one_on_the_higher(asked: list[tuple[float, float]]) -> None:
    """However they take turns: at most what the larger bucket holds, and what it drains meanwhile."""
    held, now, granted = Held(), 0.0, 0
    for capacity, pause in asked:
        now += pause
        limit = Limit("requests_per_minute", Unit.REQUESTS, capacity, MINUTE)
        seen = look(limit, held, 1, now_ms=now)
        if seen.fits:
            held, granted = Held(seen.used + 1, now, capacity), granted + 1
    assert granted <= 30 + 30 * now / MINUTE + 1


@given(st.floats(0.01, 1), st.integers(1, 10_000))
def test_a_part_of_a_budget_drains_no_faster_than_that_part(share: float, capacity: int) -> None:
    (part,) = Limits((Limit("x", Unit.REQUESTS, float(capacity), MINUTE),), None).shared_out(share).rates
    assert part.capacity == max(1, capacity * share)
    assert part.capacity / part.period_ms == pytest.approx(capacity * share / MINUTE)


def test_a_part_of_none_is_nothing_and_of_the_concurrency_at_least_one() -> None:
    whole = limits_of({"requests_per_minute": 6, "concurrency": 3})
    nothing = whole.shared_out(0)
    assert (nothing.rates[0].capacity, nothing.concurrency) == (0, 0)
    assert whole.shared_out(0.1).concurrency == 1
    assert limits_of({"requests_per_minute": 0}).shared_out(0.5).rates[0].capacity == 0


def test_of_several_waits_the_longest_counts_and_never_is_the_longest() -> None:
    assert (longest([]), longest([5, 9]), longest([5, NEVER_MS])) == (0, 9, NEVER_MS)
