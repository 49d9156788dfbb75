"""A history with use, gone through moment by moment."""

import numpy as np

from bench._usage_history import WITHIN, moments, went_through
from bench._usage_windows import DAY
from tests.bench.usage_history import history


def test_only_signups_that_came_by_then_are_looked_at() -> None:
    made = history()
    assert len(made.columns(made.at[9])) == 10
    assert len(made.columns(made.ends)) == len(made)


def test_an_account_is_due_where_it_can_be_found_in_time() -> None:
    made = history()
    assert set(made.operator[made.due]) == {"script-1"}
    assert set(made.operator[~made.due]) == {"", "antidetect-1"}


def test_the_last_moment_is_the_end() -> None:
    made = history()
    found = list(moments(made, 10.0))
    assert found[-1] == made.ends
    assert np.diff(found[:-1]).tolist() == [10 * DAY] * (len(found) - 2)


def test_who_is_found_in_time_stood_in_a_ring_within_days_of_its_own_first_use() -> None:
    made = history()
    told, held = went_through(made, every=4.0, use=True)
    script = made.operator == "script-1"
    assert told.ever[script].all()
    early = script & (made.first + WITHIN * DAY < made.first[script].min() + 4 * DAY)
    assert not told.in_time[early].any()
    assert told.in_time[script].mean() > 0.5
    assert not told.in_time[made.honest].any()
    assert (held.ever <= told.ever).all()
