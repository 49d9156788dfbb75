"""What is measured of a history in which rings were looked for."""

from dataclasses import replace

import numpy as np
import pytest

from bench._detection_measures import Rounds, admitted, caught, over_seeds, purity, went
from tests.bench.detection_records import OF_OPERATOR, records


def test_recall_is_by_kind_and_false_positives_by_honest_group() -> None:
    history = records()
    hit = (history.kind == "script") | (history.group == "household")
    found = caught(history, hit)
    assert found["recall script"] == 1
    assert found["recall antidetect"] == 0
    assert np.isnan(found["recall generator"])
    assert found["recall all"] == pytest.approx(0.5)
    assert found["false all"] == pytest.approx(0.1)
    assert (found["false household"], found["false ordinary"]) == (1, 0)


def test_a_ring_of_two_operators_is_half_pure() -> None:
    history = records()
    assert purity(history) == {"purity": 1.0, "rings an operator": 1.0}
    mixed = replace(history, ring=np.where(history.honest, "", "r1"))
    assert purity(mixed)["purity"] == pytest.approx(0.5)
    people = replace(history, ring=np.where(history.honest, "r1", ""))
    assert purity(people)["purity"] == 0
    assert np.isnan(purity(replace(history, ring=np.zeros(len(history), dtype="<U2")))["purity"])


def test_who_came_before_the_operator_was_known_was_admitted() -> None:
    rounds = Rounds({"script-1": 12, "script-2": 40}, {"script-1": 60, "script-2": 40}, 0.01)
    numbers = admitted(rounds)
    assert numbers["admitted script"] == 26
    assert numbers["share admitted script"] == pytest.approx(0.52)
    assert numbers["late script"] == pytest.approx(0.5)
    assert numbers["accused"] == 0.01
    assert np.isnan(numbers["admitted generator"])


def test_history_is_gone_through_from_its_start() -> None:
    rounds = went(records())
    assert rounds.opened == {"script-1": OF_OPERATOR, "antidetect-1": OF_OPERATOR}
    assert all(6 <= rounds.admitted[name] <= OF_OPERATOR for name in rounds.opened)
    assert min(rounds.admitted.values()) < OF_OPERATOR


def test_an_interval_holds_the_mean_and_seeds_that_lack_a_number_are_left_out() -> None:
    found = over_seeds([{"a": value} for value in (0.0, 0.5, 1.0, float("nan"))] + [{}], "a")
    assert found.mean == 0.5
    assert found.low < 0.5 < found.high
    assert (found.lowest, found.highest) == (0, 1)
    assert np.isnan(over_seeds([], "a").mean)
