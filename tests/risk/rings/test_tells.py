"""What tells promise: each is a reason that some signal gives, and none counts other accounts."""

from risk.rings.tells import PROGRAMS, TELLS, WORD_BITS, WORDS, told
from risk.signals import SIGNALS


def test_every_tell_is_a_reason_of_a_signal() -> None:
    reasons = {kind.code for signal in SIGNALS for kind in signal.reasons}
    assert set(TELLS) <= reasons
    assert set(TELLS) >= PROGRAMS


def test_a_tell_counts_nobody_else() -> None:
    assert not [tell for tell in TELLS if tell.startswith(("velocity_", "ring_", "reported_", "proven_"))]


def test_the_bits_of_reasons_are_theirs_alone() -> None:
    for number, tell in enumerate(TELLS):
        words = told([tell])
        assert len(words) == WORDS
        assert words[number // WORD_BITS] == 1 << number % WORD_BITS
    assert told(["velocity_card_many"]) == [0] * WORDS
