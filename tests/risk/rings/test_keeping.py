"""What keeping a census promises: it comes back as it was, or not at all."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.test import override_settings

from risk.rings import keeping
from risk.rings.census import Census, take
from tests.risk.rings.people import People, operator


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    """A home of its own."""
    with override_settings(GATEHOUSE_HOME=tmp_path):
        keeping._sound.clear()
        yield tmp_path


def _census(seed: int = 1) -> Census:
    people = People(300, seed)
    people.group(20, operator(people))
    traces = people.traces()
    return take(traces.columns(), traces.tells)


def test_it_comes_back_as_it_was() -> None:
    census = _census()
    keeping.save(census)
    kept = keeping.load()
    assert kept is not None
    ours, theirs = keeping._arrays(census), keeping._arrays(kept)
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)


def test_only_the_last_one_stays() -> None:
    keeping.save(_census(1))
    keeping.save(_census(2))
    assert len(list(keeping.folder().glob("census-*"))) == 1
    kept = keeping.load()
    assert kept is not None
    assert np.array_equal(kept.subjects, _census(2).subjects)


def test_where_none_was_kept_there_is_none() -> None:
    assert keeping.load() is None


@pytest.mark.parametrize("broken", ["cut", "changed", "gone", "no head", "another version"])
def test_one_that_is_not_as_it_was_written_is_none(broken: str) -> None:
    keeping.save(_census())
    file = next(keeping.folder().glob("census-*/CARD.code.npy"))
    told = keeping.folder() / "census.json"
    if broken == "cut":
        file.write_bytes(file.read_bytes()[:-3])
    elif broken == "changed":
        file.write_bytes(file.read_bytes()[:-1] + b"\x7f")
    elif broken == "gone":
        file.unlink()
    elif broken == "no head":
        told.write_text("{")
    else:
        told.write_text(json.dumps({**json.loads(told.read_text()), "version": 0}))
    assert keeping.load() is None
