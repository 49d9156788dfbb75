"""What a rhythm promises: the hours of somebody's work are told, and what people do all day is not."""

import numpy as np
import pytest

from risk.rings.columns import Floats
from risk.rings.rhythm import LEAST, rhythm

MONDAY = 1_777_852_800  # 2026-05-04, a Monday


def signups(number: int, *, first: int, hours: int, days: int = 7) -> Floats:
    """So many, spread over hours of the days of weeks."""
    each = np.arange(number)
    return (
        MONDAY + 86_400.0 * (each // 7 % 3 * 7 + each % days) + 3_600.0 * ((first + each % hours) % 24) + each % 3_600
    )


@pytest.mark.parametrize(
    ("first", "hours", "words"), [(9, 8, "09-17 UTC"), (22, 8, "22-06 UTC"), (1, 1, "01-02 UTC"), (16, 8, "16-00 UTC")]
)
def test_the_hours_of_work_are_told_over_midnight_too(first: int, hours: int, words: str) -> None:
    found = rhythm(signups(80, first=first, hours=hours))
    assert found is not None
    assert (found.words, found.hours, found.share) == (words, hours, 1.0)


def test_a_few_at_other_hours_change_nothing() -> None:
    at = np.concatenate([signups(95, first=9, hours=8), signups(5, first=20, hours=5)])
    found = rhythm(at)
    assert found is not None
    assert found.words == "09-17 UTC"
    assert found.share == pytest.approx(0.95)


def test_free_weekends_are_told_where_many_signed_up_and_none_of_them_then() -> None:
    many, few = (rhythm(signups(number, first=9, hours=8, days=5)) for number in (40, 15))
    assert many is not None
    assert many.words == "09-17 UTC, no weekends"
    assert few is not None
    assert not few.weekdays


def test_who_comes_all_day_or_is_few_has_no_rhythm() -> None:
    assert rhythm(signups(200, first=6, hours=16)) is None
    assert rhythm(signups(LEAST - 1, first=9, hours=8)) is None
    assert rhythm(np.empty(0)) is None
