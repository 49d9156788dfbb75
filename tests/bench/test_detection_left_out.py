"""Weights that never met a kind of operator."""

import numpy as np

from bench._detection_left_out import groupings, judged_by, without
from risk.rings.profiles import ASPECTS
from tests.bench.detection_records import records


def test_groups_are_named_by_who_is_behind_them() -> None:
    found = groupings(records())
    assert set(found.kind) >= {"script", "antidetect"}
    assert len(found.kind) == len(found.size) == found.features.shape[1]


def test_learnt_weights_keep_their_signs_and_find_what_taught_them() -> None:
    teach, history = [groupings(records(seed)) for seed in (1, 2)], records(3)
    weights = without("none", teach)
    assert (weights[:-1] >= 0).all()
    assert len(weights) == len(ASPECTS) + 2 + 1
    hit = judged_by(weights, groupings(history), len(history))
    assert np.mean(hit[~history.honest]) > 0.9
    assert not hit[history.honest].any()


def test_a_kind_that_is_left_out_teaches_nothing() -> None:
    teach = [groupings(records(seed)) for seed in (1, 2)]
    assert not np.allclose(without("script", teach), without("none", teach))
