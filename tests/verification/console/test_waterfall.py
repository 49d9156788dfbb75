"""The picture of an assessment: every bar begins where the last one ended, and the last ends at the score."""

import math

from hypothesis import given
from hypothesis import strategies as st

from verification.console.waterfall import KINDS, NARROWEST, draw, multiplier_text, score_text

THRESHOLDS = {"challenge": 0.20, "review": 0.65, "deny": 0.985}
PRIOR = math.log(0.02 / 0.98)


def line(code: str, weight: float, family: str = "network") -> dict[str, object]:
    """A reason as an assessment stores it."""
    return {"code": code, "family": family, "weight": weight, "evidence": [["as_kind", "hosting"]]}


@given(st.floats(-8, 8), st.lists(st.floats(-6, 6), max_size=30))
def test_bars_follow_each_other_inside_the_picture_and_end_at_the_score(prior: float, weights: list[float]) -> None:
    fall = draw(prior, [line("network_hosting", weight) for weight in weights], THRESHOLDS)
    assert fall.total == score_text(math.fsum((prior, *weights)))
    at = float(fall.prior_at)
    for bar, weight in zip(fall.bars, weights, strict=True):
        start, end = float(bar.start), float(bar.end)
        assert 0 <= start <= 100
        assert 0 <= end <= 100
        assert math.isclose(start, min(at, end), abs_tol=0.011)
        assert float(bar.width) >= NARROWEST
        assert bar.direction == ("against" if weight > 0 and end > at else bar.direction)
        at = end
    assert math.isclose(at, float(fall.total_at), abs_tol=0.011)


def test_a_bar_says_what_how_much_and_how_an_honest_person_comes_to_it() -> None:
    (bar,) = draw(PRIOR, [line("network_hosting", math.log(5))], THRESHOLDS).bars
    kind = KINDS["network_hosting"]
    assert (bar.words, bar.honest) == (kind.words, kind.honest)
    assert (bar.weight, bar.multiplier, bar.direction) == ("+1.61", "5 times likelier", "against")
    assert bar.evidence == [("as kind", "hosting")]
    assert bar.score == "9.3"  # 0.02 / 0.98 * 5 = 0.102 to 1


def test_what_speaks_for_somebody_is_drawn_to_the_left() -> None:
    against, speaks_for = draw(PRIOR, [line("network_hosting", 1.6), line("proven_email", -0.9)], THRESHOLDS).bars
    assert speaks_for.direction == "for"
    assert float(speaks_for.end) < float(against.end)
    assert multiplier_text(math.log(0.4)) == "2.5 times less likely"
    assert multiplier_text(math.log(2)) == "twice as likely"
    assert multiplier_text(math.log(0.5)) == "half as likely"
    assert multiplier_text(0.0) == "about as likely as before"


def test_a_cap_and_a_reason_of_old_have_words_too() -> None:
    cap, old = draw(PRIOR, [line("cap_device", -0.5, "device"), line("gone_since", 1.0)], {}).bars
    assert (cap.direction, cap.honest) == ("cap", "")
    assert "device signals" in cap.words
    assert old.words == "gone since"


def test_marks_stand_where_the_policy_draws_its_lines() -> None:
    fall = draw(PRIOR, [], THRESHOLDS)
    assert [(mark.outcome, mark.percent) for mark in fall.marks] == [
        ("challenge", "20"),
        ("review", "65"),
        ("deny", "98.5"),
    ]
    places = [float(fall.prior_at), *(float(mark.at) for mark in fall.marks)]
    assert places == sorted(places)
