"""A day counts that looks like a person's: some hours awake, some asleep, and more than one thing asked for."""

from datetime import date

import pytest

from risk.usage.days import UsedDay, is_ordinary


@pytest.mark.parametrize(
    ("requests", "hours", "templates", "counts"),
    [
        pytest.param(5, 2, 2, True, id="a light day"),
        pytest.param(900, 18, 40, True, id="a long day"),
        pytest.param(4, 2, 2, False, id="hardly any use"),
        pytest.param(900, 19, 40, False, id="no sleep"),
        pytest.param(60, 1, 5, False, id="all in one hour"),
        pytest.param(60, 8, 1, False, id="one thing over and over"),
        pytest.param(60, 4, 0, True, id="not sketched, over the day"),
        pytest.param(60, 3, 0, False, id="not sketched, hours too few to speak alone"),
    ],
)
def test_which_days_are_ordinary(requests: int, hours: int, templates: int, *, counts: bool) -> None:
    assert is_ordinary(UsedDay(1, date(2026, 8, 3), requests, hours, templates)) is counts
