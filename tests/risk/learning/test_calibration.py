"""The figures of a calibration report, and where its picture has what."""

import pytest

from risk.learning.calibration import AXIS, calibrate, figures_of, lines_of, picture
from risk.learning.measures import NotMeasurable, rows

# Ten were told 20 %, and two of them did it; ten were told 80 %, and five did.
CALIBRATION = calibrate(rows([0.2] * 10 + [0.8] * 10, [1, 1] + [0] * 8 + [1] * 5 + [0] * 5))


def test_the_figures_are_the_measures() -> None:
    assert (CALIBRATION.n, CALIBRATION.abuse) == (20, 7)
    assert CALIBRATION.base_rate == 0.35
    assert CALIBRATION.mean_score == pytest.approx(0.5)
    assert CALIBRATION.ece == pytest.approx(0.15)
    assert CALIBRATION.ece_equal_mass == pytest.approx(0.15)
    # Within the first: 2 of 0.64 and 8 of 0.04; within the second: 5 of 0.04 and 5 of 0.64.
    assert CALIBRATION.brier == pytest.approx((2 * 0.64 + 8 * 0.04 + 5 * 0.04 + 5 * 0.64) / 20)
    assert [each.n for each in CALIBRATION.bins] == [10, 10]


def test_where_all_did_the_same_nothing_is_told_apart() -> None:
    honest = calibrate(rows([0.1, 0.3], [0, 0]))
    assert (honest.brier_skill, honest.auc) == (None, None)
    assert ("area under the curve", "all did the same") in figures_of(honest, labelled=1)


def test_scores_that_are_no_probabilities_are_refused() -> None:
    with pytest.raises(NotMeasurable):
        calibrate(rows([20.0, 80.0], [0, 1]))


def test_the_words_have_the_figures() -> None:
    figures = dict(figures_of(CALIBRATION, labelled=12))
    assert (figures["people"], figures["of them labelled"], figures["base rate"]) == ("20", "12", "35.00%")
    first, second = lines_of(CALIBRATION)
    assert (first.people, first.said, first.happened) == ("10", "20.00%", "20.00%")
    assert (second.said, second.happened) == ("80.00%", "50.00%")
    assert first.score == "13 to 20"


def test_a_point_lies_on_the_diagonal_when_its_score_meant_what_it_said() -> None:
    drawn = picture(CALIBRATION)
    fifth = next(tick for tick in AXIS if tick.percent == 20)
    assert (drawn.points[0].x, drawn.points[0].y) == (fifth.x, fifth.y)
    assert float(drawn.points[1].y) > float(next(tick for tick in AXIS if tick.percent == 80).y)  # lower on the page
    assert all(float(point.high) < float(point.y) < float(point.low) for point in drawn.points)
    assert len({column.height for column in drawn.columns}) == 1
    assert "20 people, 7 of them abusive" in drawn.words
