"""What labels of members promise: they move the odds of a ring, by how many of it they are, and no further than so."""

import numpy as np
import pytest

from risk.ringline import DEFAULT_LINE
from risk.rings.vouching import FOR_MOST, heard, on_hearing, words

LINE = 0.9


def after(score: float, size: int, *, abusive: int = 0, honest: int = 0, trust: float = 0.9) -> float:
    """What a ring of this score comes to where so many of its members are labelled."""
    said = np.zeros(size)
    said[:abusive], said[abusive : abusive + honest] = trust, -trust
    told = heard(said, np.zeros(size, dtype=np.int64), np.array([size]))
    assert (told.abusive.tolist(), told.honest.tolist()) == ([abusive], [honest])
    return float(on_hearing(np.array([score]), told.nats)[0])


def test_the_line_that_is_spoken_of_is_the_policys() -> None:
    assert DEFAULT_LINE.contain_at == LINE


def test_without_labels_a_score_is_what_it_was_to_the_bit() -> None:
    for score in (0.0, 1e-9, 0.3, 0.9999999, 1.0):
        assert after(score, 40) == score


def test_members_found_abusive_raise_it_and_those_found_honest_lower_it_each_by_its_trust() -> None:
    assert 0.6 < after(0.6, 40, abusive=1) < after(0.6, 40, abusive=2)
    assert 0.6 > after(0.6, 40, honest=1) > after(0.6, 40, honest=2)
    assert after(0.6, 40, abusive=1, trust=0.7) < after(0.6, 40, abusive=1)
    assert after(0.6, 40, abusive=2, honest=2) == 0.6


def test_two_labels_mean_much_in_a_ring_of_ten_and_next_to_nothing_in_one_of_thousands() -> None:
    assert after(0.5, 10, abusive=2) > LINE
    assert after(0.5, 3_000, abusive=2) == pytest.approx(0.5, abs=0.01)
    assert after(0.95, 3_000, honest=2) > 0.94


def test_reports_alone_hold_nobody() -> None:
    assert after(0.3, 40, abusive=40) < LINE
    assert after(0.3, 40, abusive=40) == after(0.3, 40, abusive=20)
    assert after(0.5, 40, abusive=40) == pytest.approx(1 / (1 + np.exp(-FOR_MOST)))


@pytest.mark.parametrize(("size", "under", "off"), [(10, 3, 4), (40, 6, 9), (1_000, 125, 250), (25_000, 3_125, 6_250)])
def test_members_who_vouch_take_the_surest_ring_under_the_line_and_off_the_list(
    size: int, under: int, off: int
) -> None:
    assert after(1.0, size, honest=under) < LINE
    assert after(1.0, size, honest=off) < 0.5


def test_one_label_turns_no_small_ring_over() -> None:
    assert after(1.0, 6, honest=1) > LINE
    assert after(0.2, 6, abusive=1) < LINE


def test_what_is_too_small_to_be_a_ring_is_made_none_by_reports() -> None:
    assert after(0.0, 5, abusive=5) == 0.0


def test_words_count_who_was_found_to_be_what() -> None:
    assert words(1, 0) == "1 member found abusive"
    assert words(1_200, 2) == "1,200 members found abusive, 2 members found honest"
