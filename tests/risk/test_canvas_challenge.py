"""A canvas challenge: the colours are ours to know, the seed is good for its page, its time and one sighting."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.canvas_challenge import SAMPLES, SEED_LIFE, Challenge, Drawn, Judged, colours, issue, judge
from risk.facts import CanvasState, ChallengeState

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)
SHOP = "shop"


def drawn(given: Challenge, *, noise: int = 0, same: bool = True, shown: Sequence[str] | None = None) -> Drawn:
    """What an honest canvas makes of a challenge, with changes."""
    return Drawn(given.challenge, tuple(shown or colours(bytes.fromhex(given.seed))), noise=noise, same=same)


def judged(answer: Drawn | None, *, later: timedelta = timedelta(), application: str = SHOP) -> Judged:
    return judge(answer, application=application, at=NOW + later)


@pytest.fixture
def challenge() -> Challenge:
    return issue(application=SHOP, at=NOW)


@pytest.mark.parametrize(
    ("seed", "first"),
    [
        ("000102030405060708090a0b0c0d0e0f", ["fb1b3d", "d1cb01", "d1cb01", "079dda", "715899", "bb8673"]),
        ("ffeeddccbbaa99887766554433221100", ["7e76fd", "7e76fd", "e08244", "3510e7", "7e76fd", "43137b"]),
    ],
)
def test_the_colours_are_those_that_the_page_s_scene_js_draws(seed: str, first: list[str]) -> None:
    """The values are of verification/agent/page/scene.js, run by itself."""
    assert colours(bytes.fromhex(seed))[:6] == first


def test_a_canvas_that_draws_what_was_asked_meets_the_challenge(challenge: Challenge) -> None:
    found = judged(drawn(challenge))
    assert (found.challenge, found.canvas) == (ChallengeState.MET, CanvasState.STEADY)
    assert found.seed is not None
    assert found.seed.bytes.hex() == challenge.seed


def test_seeds_are_drawn_anew_each_time() -> None:
    assert issue(application=SHOP, at=NOW).seed != issue(application=SHOP, at=NOW).seed


def test_a_little_noise_meets_the_challenge_and_is_called_noise(challenge: Challenge) -> None:
    for answer in (drawn(challenge, noise=3), drawn(challenge, same=False)):
        assert judged(answer).challenge is ChallengeState.MET
        assert judged(answer).canvas is CanvasState.RANDOMISED
    bit = [f"{int(colour, 16) ^ 1:06x}" for colour in colours(bytes.fromhex(challenge.seed))]
    assert judged(drawn(challenge, shown=bit, noise=90)).canvas is CanvasState.RANDOMISED


def test_a_picture_of_another_seed_fails(challenge: Challenge) -> None:
    other = drawn(issue(application=SHOP, at=NOW))
    assert judged(replace(other, challenge=challenge.challenge)).challenge is ChallengeState.FAILED


@pytest.mark.parametrize("shown", [("x",) * SAMPLES, ("00", "é") * 16, ("ffffff",) * 3, ("ffffff", "00000")])
def test_what_are_no_colours_are_no_answer_that_meets(challenge: Challenge, shown: tuple[str, ...]) -> None:
    assert judged(drawn(challenge, shown=shown)).challenge is not ChallengeState.MET


@pytest.mark.parametrize(("shown", "same"), [(("ffffff",) * SAMPLES, True), (("a1b2c3", "010203") * 16, False)])
def test_a_browser_that_hides_its_canvas_has_not_failed(
    challenge: Challenge,
    shown: tuple[str, ...],
    same: bool,  # noqa: FBT001 - a row
) -> None:
    """Tor shows white; Firefox's protection shows another picture each time."""
    found = judged(drawn(challenge, shown=shown, noise=9000, same=same))
    assert (found.challenge, found.canvas) == (ChallengeState.ABSENT, CanvasState.RANDOMISED)


def test_a_seed_is_stale_past_its_time_and_not_before(challenge: Challenge) -> None:
    assert judged(drawn(challenge), later=SEED_LIFE).challenge is ChallengeState.MET
    assert judged(drawn(challenge), later=SEED_LIFE + timedelta(seconds=1)).challenge is ChallengeState.STALE
    assert judged(drawn(challenge), later=-timedelta(minutes=5)).challenge is ChallengeState.STALE


def test_a_seed_of_another_application_is_stale(challenge: Challenge) -> None:
    assert judged(drawn(challenge), application="other").challenge is ChallengeState.STALE


def test_a_page_that_answered_none_has_neither_met_nor_failed() -> None:
    assert judged(None) == Judged(ChallengeState.ABSENT, None, None)


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=40), st.integers(), st.booleans())
def test_whatever_is_sent_is_judged(challenge: str, shown: list[str], noise: int, same: bool) -> None:  # noqa: FBT001 - drawn
    for name in (challenge, f"gh_dc_{challenge}", issue(application=SHOP, at=NOW).challenge):
        found = judged(Drawn(name, tuple(shown), noise=noise, same=same))
        assert found.challenge is not ChallengeState.MET
