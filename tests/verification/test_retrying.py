"""Outside parties are tried again soon, then later, then no more; never all at the same moment."""

from verification.tasks.retrying import CODES, LOOKUPS, SESSIONS


def test_pauses_grow_and_end() -> None:
    for patience in (CODES, SESSIONS, LOOKUPS):
        pauses = [patience.pause(tried) for tried in range(1, patience.tries)]
        assert all(pause is not None and 0 < pause <= patience.longest_seconds for pause in pauses)
        assert patience.pause(patience.tries) is None


def test_those_who_failed_together_do_not_come_back_together() -> None:
    pauses = {LOOKUPS.pause(3) for _ in range(50)}
    assert len(pauses) > 40
    assert all(pause is not None and 20 <= pause <= 40 for pause in pauses)


def test_a_code_is_given_up_within_two_minutes() -> None:
    assert sum(CODES.pause_seconds * 2**tried for tried in range(CODES.tries - 1)) <= 120
