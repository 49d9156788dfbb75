"""Histories as the benchmark of detection takes them."""

import numpy as np

from bench._detection_records import rings_of, truth_of
from bench.simulation.population import Plan, history
from risk.rings.looking import look
from tests.bench.detection_records import records


def test_rows_of_columns_stand_in_the_order_of_accounts() -> None:
    past = records()
    assert past.columns().subjects.tolist() == list(range(len(past)))
    assert past.columns(50).subjects.tolist() == list(range(50))


def test_who_shares_what_no_crowd_shares_is_found_and_who_shares_what_colleagues_do_is_not() -> None:
    past = records()
    ring = rings_of(look(past.columns()), len(past))
    assert ((ring != "") == (past.kind == "antidetect")).all()
    assert len(set(ring.tolist())) == 2


def test_the_truth_is_that_of_the_history() -> None:
    plan = Plan(500, 20, "truth", operated=0.1)
    truth, lines = truth_of(plan), list(history(plan))
    assert truth.group.tolist() == [line.group for line in lines]
    assert np.count_nonzero(truth.operator) == 50
