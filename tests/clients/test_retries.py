"""Pauses are chance within bounds that grow, end after the last try, and heed what was asked for if it is short."""

from gatehouse_client import Patience

PATIENCE = Patience(tries=4, first_pause=0.1, longest_pause=0.5)


def test_pauses_grow_to_a_bound_and_are_not_the_same() -> None:
    for failed, bound in ((1, 0.2), (2, 0.4), (3, 0.5)):
        pauses = [PATIENCE.pause(failed) for _ in range(200)]
        assert all(pause is not None and 0 <= pause <= bound for pause in pauses)
        assert max(pause or 0 for pause in pauses) > bound / 2
        assert len(set(pauses)) > 100


def test_after_the_last_try_there_is_none() -> None:
    assert PATIENCE.pause(4) is None


def test_what_is_asked_for_is_waited_for_where_it_is_short_and_else_given_up() -> None:
    assert (PATIENCE.pause(1, asked=0.4) or 0) >= 0.4
    assert PATIENCE.pause(1, asked=2) is None
