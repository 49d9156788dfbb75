"""What matching promises: a ring keeps its id as it grows, and what merges and splits is told."""

from risk.rings.matching import match


def _of(**rings: range) -> dict[int, int]:
    return {subject: int(name[1:]) for name, subjects in rings.items() for subject in subjects}


def test_a_ring_that_grew_is_the_same_ring() -> None:
    plan = match([list(range(100))], _of(r7=range(20)))
    assert plan.kept == {0: 7}
    assert not plan.new


def test_a_group_of_strangers_is_a_new_ring() -> None:
    plan = match([list(range(100, 120)), list(range(20))], _of(r7=range(20)))
    assert plan.kept == {1: 7}
    assert list(plan.new) == [0]


def test_the_larger_part_of_a_split_ring_keeps_the_id() -> None:
    plan = match([list(range(20)), list(range(20, 60))], _of(r7=range(60)))
    assert plan.kept == {1: 7}
    assert plan.split == {0: 7}


def test_a_ring_that_went_into_another_has_merged() -> None:
    plan = match([list(range(60))], _of(r7=range(20), r8=range(20, 60)))
    assert plan.kept == {0: 8}
    assert plan.merged == {7: 8}


def test_one_account_that_changed_sides_merges_nothing() -> None:
    plan = match([[*range(20), 40], list(range(41, 60))], _of(r7=range(20), r8=range(40, 60)))
    assert plan.kept == {0: 7, 1: 8}
    assert not plan.merged
    assert not plan.split
