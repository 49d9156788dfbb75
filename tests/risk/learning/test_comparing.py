"""What comparing promises: both policies on the same people, and how sure the difference is."""

import numpy as np
import pytest

from risk.learning.comparing import FPR, compared, measured
from risk.learning.measures import NotMeasurable, Rows, rows

HONEST, ABUSIVE = 20_000, 400


def scored(caught: float, *, seed: int = 1) -> Rows:
    """Scores under which that share of the abusive stands above everybody honest."""
    luck = np.random.default_rng(seed)
    bad = np.where(np.arange(ABUSIVE) < caught * ABUSIVE, 0.9, 0.05 * luck.random(ABUSIVE))
    return rows(np.concatenate([0.1 * luck.random(HONEST), bad]), [0] * HONEST + [1] * ABUSIVE)


def test_recall_is_that_at_one_honest_person_in_a_thousand() -> None:
    found = measured(scored(0.3))
    assert found.recall == pytest.approx(0.3, abs=0.01)
    low, high = found.recall_interval
    assert low <= found.recall <= high
    assert FPR == 0.001


def test_the_ratio_has_an_interval_that_holds_it() -> None:
    found = compared(scored(0.2), scored(0.4))
    assert found.ratio == pytest.approx(2, abs=0.1)
    assert found.ratio_interval is not None
    low, high = found.ratio_interval
    assert 1.4 < low < 2 < high < 2.8


def test_the_same_scores_are_no_better_than_themselves() -> None:
    found = compared(scored(0.3), scored(0.3))
    assert (found.ratio, found.ratio_interval) == (1.0, (1.0, 1.0))


def test_where_nobody_was_caught_there_is_no_ratio() -> None:
    nobody = rows([0.5] * (HONEST + ABUSIVE), [0] * HONEST + [1] * ABUSIVE)
    found = compared(nobody, scored(0.3))
    assert (found.ratio, found.ratio_interval, found.before.recall) == (None, None, 0.0)


def test_different_people_are_not_compared() -> None:
    one = scored(0.3)
    with pytest.raises(NotMeasurable):
        compared(one, Rows(one.predicted, ~one.happened, one.weights))
