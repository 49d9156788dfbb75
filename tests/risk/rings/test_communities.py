"""What ties fall into, wherever they are cut."""

import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from risk.rings import communities as module
from risk.rings.columns import Floats, Ints
from risk.rings.communities import communities


def _cliques(number: int, size: int) -> tuple[Ints, Floats]:
    """So many groups of which all are tied, each to the next by one tie; their accounts are numbered by hundreds."""
    inside = [
        (100 * group + one, 100 * group + other)
        for group in range(number)
        for one in range(size)
        for other in range(one + 1, size)
    ]
    bridges = [(100 * group, 100 * group + 101) for group in range(number - 1)]
    return np.array(inside + bridges), np.array([4.0] * len(inside) + [1.0] * len(bridges))


def _members(rows: Ints, group: Ints) -> list[list[int]]:
    return sorted(rows[group == number].tolist() for number in np.unique(group))


def test_bridges_are_cut() -> None:
    found = communities(*_cliques(5, 8), 1.0)
    assert _members(found.rows, found.group) == [[100 * group + one for one in range(8)] for group in range(5)]


def test_who_is_tied_to_few_is_in_no_group() -> None:
    pairs, nats = _cliques(2, 6)
    found = communities(np.concatenate([pairs, [[900, 901]]]), np.append(nats, 9.0), 1.0)
    assert not np.isin([900, 901], found.rows).any()


def test_a_finer_cut_falls_into_more() -> None:
    pairs, nats = _cliques(6, 8)
    assert communities(pairs, nats, 0.001).number < communities(pairs, nats, 1.0).number


def test_what_a_tie_weighs_counts() -> None:
    pairs = np.array([[one, other] for one in range(12) for other in range(one + 1, 12)])
    nats = np.where((pairs < 6).sum(axis=1) == 1, 0.01, 4.0)
    found = communities(pairs, nats, 1.0)
    assert _members(found.rows, found.group) == [list(range(6)), list(range(6, 12))]


@pytest.mark.parametrize("resolution", [0.5, 1.0, 3.0])
def test_many_ties_are_cut_by_another_process_to_the_same(monkeypatch: pytest.MonkeyPatch, resolution: float) -> None:
    drawn = np.random.default_rng(5)
    pairs, nats = drawn.integers(0, 300, (3_000, 2)), drawn.exponential(3.0, 3_000)
    here = communities(pairs, nats, resolution)
    monkeypatch.setattr(module, "MANY", len(pairs))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    there = communities(pairs, nats, resolution)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime > before
    assert here.rows.tolist() == there.rows.tolist()
    assert here.group.tolist() == there.group.tolist()


def test_what_is_cut_at_once_comes_to_the_same_as_alone() -> None:
    drawn = np.random.default_rng(5)
    pairs, nats = drawn.integers(0, 1_500, (9_000, 2)), drawn.exponential(3.0, 9_000)
    finer = [0.5, 1.0, 2.0, 4.0, 8.0]
    alone = [communities(pairs, nats, each).group.tolist() for each in finer]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that they do go on at once
    try:
        with ThreadPoolExecutor(5) as threads:
            found = list(threads.map(lambda each: communities(pairs, nats, each).group.tolist(), finer * 8))
    finally:
        sys.setswitchinterval(interval)
    assert found == alone * 8


def test_a_process_that_fails_fails_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY", 1)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(subprocess.CalledProcessError):
        communities(*_cliques(2, 6), 1.0)


def test_no_ties_are_no_groups() -> None:
    found = communities(np.empty((0, 2), dtype=np.int64), np.empty(0), 1.0)
    assert found.number == 0
