"""The older ways that detection is held beside."""

import numpy as np
import pytest

from bench._detection_baselines import MOST_FALSE, best, by_blocks, by_components, by_score, densest
from tests.bench.detection_records import records


def test_of_all_settings_the_one_that_catches_most_is_taken_and_none_that_accuses_too_many() -> None:
    history = records()
    few, many, everybody = (np.zeros(len(history), dtype=bool) for _ in range(3))
    few[np.flatnonzero(~history.honest)[:5]] = True
    many[np.flatnonzero(~history.honest)[:9]] = True
    everybody[:] = True
    assert (best(history, [few, many, everybody]) == many).all()
    assert not best(history, [everybody]).any()


def test_a_score_catches_those_whom_their_signup_gave_away() -> None:
    history = records()
    assert (by_score(history) == (history.kind == "script")).all()


def test_components_catch_who_shares_what_one_person_has_and_not_who_shares_an_issuer() -> None:
    history = records()
    assert (by_components(history) == (history.kind == "script")).all()


def test_blocks_catch_who_shares_several_things() -> None:
    history = records()
    hit = by_blocks(history)
    assert hit[~history.honest].all()
    assert hit[history.honest].mean() <= MOST_FALSE


def test_the_densest_block_is_the_one_with_most_weight_to_its_nodes() -> None:
    # Three accounts share three values, two others share one.
    account = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 4])
    value = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 3])
    assert densest(account, value, (6, 4)).tolist() == [True, True, True, False, False, False]


@pytest.mark.parametrize("crowd", [10, 300])
def test_a_value_that_many_show_makes_no_block_however_many_they_are(crowd: int) -> None:
    account = np.concatenate([np.arange(crowd), np.repeat(np.arange(crowd, crowd + 5), 4)])
    value = np.concatenate([np.zeros(crowd, dtype=np.int64), np.tile(np.arange(1, 5), 5)])
    assert np.flatnonzero(densest(account, value, (crowd + 5, 5))).tolist() == list(range(crowd, crowd + 5))


def test_no_edges_are_no_block() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert not densest(nothing, nothing, (3, 0)).any()
