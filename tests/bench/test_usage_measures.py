"""What is measured of a history with use."""

import numpy as np
import pytest

from bench._usage_history import Standing
from bench._usage_measures import always, caught, of_each
from tests.bench.usage_history import history


def test_recall_is_of_those_who_are_due_and_false_positives_are_by_group_and_moment() -> None:
    made = history()
    script, household = made.operator == "script-1", made.group == "household"
    half = script & (np.cumsum(script) % 2 == 0)
    numbers = caught(made, Standing(half, np.zeros(len(made), dtype=bool), household))
    assert numbers["recall all"] == numbers["recall script"] == numbers["recall takes"] == pytest.approx(0.5)
    assert np.isnan(numbers["recall antidetect"])
    assert (numbers["operators"], numbers["reached"]) == (1, 0)
    assert (numbers["false all"], numbers["false household"]) == (0, 0)
    assert numbers["ever household"] == 1
    assert numbers["ever all"] == pytest.approx(0.1)


def test_an_operator_of_whom_enough_are_found_is_reached() -> None:
    made = history()
    assert caught(made, always(made.operator == "script-1"))["reached"] == 1
    assert of_each(made, made.honest) == {"script-1": 0}
