"""Where accounts call from beside where others of their group signed up, and whether all call from one place."""

import pytest

from risk.rings.use.habits import habits
from risk.rings.use.networks import networks
from tests.risk.rings.use.doers import Doer, all_in_one, use_of


def test_a_call_from_where_another_member_signed_up_is_local() -> None:
    use = use_of([Doer(7, [1], [8 * 256], []), Doer(8, [1], [99 * 256], []), Doer(9, [1], [8 * 256], [])])
    assert networks(use).local(all_in_one(0, 2)).tolist() == [1.0, 0.0, 0.0]


def test_a_call_from_where_only_oneself_signed_up_is_not() -> None:
    use = use_of([Doer(7, [1], [7 * 256], []), Doer(8, [1], [8 * 256], [])])
    assert networks(use).local(all_in_one(0, 2)).tolist() == [0.0, 0.0]


def test_where_as_many_of_others_signed_up_too_is_nobodys_own_place() -> None:
    use = use_of([Doer(1 + row % 10, [1], [256 * (1 + (row + 3) % 10)], []) for row in range(80)])
    assert networks(use).local(all_in_one(0, 40)).sum() == 0
    assert networks(use).local(all_in_one(0, 80)).sum() == 80  # where all are one, there is nobody to compare them with


def test_one_network_that_all_call_from_is_one_place_and_a_hosts_is_none() -> None:
    here = use_of([Doer(7, [1], [8 * 256], []), Doer(9, [1], [8 * 256 + 5], [])])
    apart = use_of([Doer(7, [1], [8 * 256], []), Doer(9, [1], [10 * 256], [])])
    hosted = use_of([Doer(7, [1], [8 * 256], [], hosted=True), Doer(9, [1], [8 * 256], [], hosted=True)])
    together = [networks(use).together(all_in_one(0, 2), habits(use).windows)[0] for use in (here, apart, hosted)]
    assert together == pytest.approx([1.0, 0.5, 0.0])
