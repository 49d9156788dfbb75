"""The measures give what they give by hand."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.intervals import wilson
from risk.learning.measures import (
    Binning,
    NotMeasurable,
    auc,
    base_rate,
    brier,
    brier_skill,
    calibration_error,
    reliability,
    rows,
    tpr_at_fpr,
    tpr_interval,
)

FOUR = rows([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])


def test_brier_score_is_the_mean_squared_distance() -> None:
    # 0.01 + 0.16 + 0.4225 + 0.04 = 0.6325, over four
    assert brier(FOUR) == pytest.approx(0.158125)
    assert brier(rows([0, 1], [0, 1])) == 0
    assert brier(rows([0.5, 0.5], [0, 1])) == 0.25


def test_brier_skill_is_zero_for_always_saying_the_base_rate_and_one_for_knowing() -> None:
    assert brier_skill(rows([0.25] * 4, [1, 0, 0, 0])) == pytest.approx(0)
    assert brier_skill(rows([1, 0, 0, 0], [1, 0, 0, 0])) == 1
    assert brier_skill(FOUR) == pytest.approx(1 - 0.158125 / 0.25)


def test_calibration_error_weighs_each_bins_distance_by_its_rows() -> None:
    # Two bins: (0, 0.5] holds 0.1, 0.4, 0.3 (mean 4/15) with one of three; (0.5, 1] holds 0.8 with one of one.
    scored = rows([0.1, 0.4, 0.3, 0.8], [0, 0, 1, 1])
    assert calibration_error(scored, bins=2) == pytest.approx(3 / 4 * (1 / 3 - 4 / 15) + 1 / 4 * 0.2)


def test_an_honest_coin_has_no_calibration_error() -> None:
    scored = rows([0.2] * 5 + [0.6] * 5, [1, 0, 0, 0, 0, 1, 1, 1, 0, 0])
    for binning in Binning:
        assert calibration_error(scored, binning=binning) == pytest.approx(0)


def test_bins_of_equal_width_take_their_upper_edge_and_the_first_takes_zero() -> None:
    curve = reliability(rows([0, 0.1, 0.3, 0.7, 1], [0, 0, 0, 1, 1]), bins=10)
    assert [(round(each.low, 9), round(each.high, 9), each.n) for each in curve] == [
        (0, 0.1, 2),
        (0.2, 0.3, 1),
        (0.6, 0.7, 1),
        (0.9, 1, 1),
    ]


def test_bins_of_equal_mass_hold_equally_many_and_keep_equal_scores_together() -> None:
    even = reliability(rows([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0] * 6), binning=Binning.EQUAL_MASS, bins=3)
    assert [each.n for each in even] == [2, 2, 2]
    crowd = reliability(rows([0.2] * 5 + [0.9], [0] * 6), binning=Binning.EQUAL_MASS, bins=3)
    assert [each.n for each in crowd] == [5, 1]


def test_a_reliability_bin_tells_mean_rate_count_and_interval() -> None:
    (only,) = reliability(rows([0.4, 0.6, 0.6, 0.4], [1, 0, 0, 0]), bins=1)
    assert (only.predicted, only.observed, only.n, only.weight) == (0.5, 0.25, 4, 4)
    assert only.interval == wilson(0.25, n=4)


def test_area_under_the_curve_counts_pairs_and_halves_for_equals() -> None:
    assert auc(FOUR) == 0.75  # three of four pairs in order
    assert auc(rows([0.5, 0.5], [0, 1])) == 0.5
    assert auc(rows([1, 2, 2, 3], [0, 0, 1, 1])) == pytest.approx(3.5 / 4)


def test_what_is_caught_at_a_share_of_the_honest() -> None:
    scored = rows([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], [1, 1, 0, 1, 0, 0])
    strict = tpr_at_fpr(scored, fpr=0)
    assert (strict.threshold, strict.fpr) == (0.8, 0)
    assert strict.tpr == pytest.approx(2 / 3)
    third = tpr_at_fpr(scored, fpr=1 / 3)
    assert (third.threshold, third.tpr) == (0.6, 1)
    assert third.fpr == pytest.approx(1 / 3)


def test_a_crowd_with_one_score_is_hit_as_a_whole_or_not_at_all() -> None:
    scored = rows([0.9, 0.9, 0.9, 0.1], [1, 1, 0, 0])
    caught = tpr_at_fpr(scored, fpr=0.25)
    assert (caught.threshold, caught.tpr, caught.fpr) == (inf, 0, 0)
    assert tpr_at_fpr(scored, fpr=0.5).tpr == 1


def test_the_interval_of_what_is_caught_holds_it_and_is_the_same_again() -> None:
    luck = np.random.default_rng(7)
    happened = np.repeat([1, 0], [300, 3000])
    scored = rows(luck.normal(happened * 2.0, 1.0), happened)
    caught, (low, high) = tpr_at_fpr(scored, fpr=0.05), tpr_interval(scored, fpr=0.05)
    assert low < caught.tpr < high
    assert 0.03 < high - low < 0.2
    assert tpr_interval(scored, fpr=0.05) == (low, high)
    assert tpr_interval(scored, fpr=0.05, seed=1) != (low, high)


def test_a_row_of_weight_two_counts_as_two_rows() -> None:
    heavy = rows([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], weights=[2, 1, 1, 2])
    twice = rows([0.1, 0.1, 0.4, 0.35, 0.8, 0.8], [0, 0, 0, 1, 1, 1])
    for measure in (base_rate, brier, brier_skill, calibration_error, auc):
        assert measure(heavy) == pytest.approx(measure(twice))
    assert tpr_at_fpr(heavy, fpr=0.4).tpr == pytest.approx(tpr_at_fpr(twice, fpr=0.4).tpr)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60), st.sampled_from(Binning))
def test_every_row_stands_in_one_bin_and_the_error_stays_within_bounds(
    scored: list[tuple[float, bool]], binning: Binning
) -> None:
    measured = rows([score for score, _ in scored], [happened for _, happened in scored])
    curve = reliability(measured, binning=binning, bins=7)
    assert sum(each.n for each in curve) == len(scored)
    assert all(each.low - 1e-12 <= each.predicted <= each.high + 1e-12 for each in curve)
    assert 0 <= calibration_error(measured, binning=binning) <= 1


def test_rows_that_cannot_answer_are_refused() -> None:
    for wrong in ([], [float("nan")]):
        with pytest.raises(NotMeasurable):
            rows(wrong, [True] * len(wrong))
    with pytest.raises(NotMeasurable):
        rows([0.1, 0.2], [True])
    with pytest.raises(NotMeasurable):
        rows([0.1], [True], weights=[0])
    with pytest.raises(NotMeasurable):
        brier(rows([1.5], [True]))
    for measure in (auc, brier_skill):
        with pytest.raises(NotMeasurable):
            measure(rows([0.1, 0.2], [True, True]))
