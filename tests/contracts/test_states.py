"""State tables cover their enums, and checks move only as the diagram says."""

from risk.outcome import Outcome, harsher
from verification.states import CHECK_MOVES, STATE_OF, WAITING, CheckStatus, SignupState


def test_every_outcome_has_a_state_and_every_state_an_outcome() -> None:
    assert set(STATE_OF) == set(Outcome)
    assert set(STATE_OF.values()) == set(SignupState)


def test_every_status_of_a_check_has_its_moves() -> None:
    assert set(CHECK_MOVES) == set(CheckStatus)


def test_every_status_can_be_reached_and_waiting_ones_can_be_left() -> None:
    assert {after for moves in CHECK_MOVES.values() for after in moves} | {CheckStatus.REQUESTED} == set(CheckStatus)
    assert all(CHECK_MOVES[status] for status in WAITING)


def test_outcomes_are_ordered_and_the_harsher_wins() -> None:
    assert [outcome.severity for outcome in (Outcome.ALLOW, Outcome.CHALLENGE, Outcome.REVIEW, Outcome.DENY)] == [
        0,
        1,
        2,
        3,
    ]
    assert harsher(Outcome.ALLOW, Outcome.REVIEW) is Outcome.REVIEW
    assert harsher(Outcome.DENY, Outcome.CHALLENGE) is Outcome.DENY
