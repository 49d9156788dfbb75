"""Parsers that are fuzzed read what is honest, and what is nearly so."""

import sys
from importlib.util import find_spec

import pytest

from tests.hostile.parsers import PARSERS, SEEDS, failing


@pytest.mark.parametrize("name", PARSERS)
def test_each_takes_what_it_begins_with_whole_cut_and_doubled(name: str) -> None:
    seed = SEEDS[name]
    for given in (seed, seed * 2, b"", b"\xff\x00" + seed, *(seed[:length] for length in range(len(seed)))):
        PARSERS[name](given)


@pytest.mark.processes
@pytest.mark.skipif(
    find_spec("atheris") is None, reason=f"atheris, which fuzzes parsers, does not come for {sys.platform} here"
)
def test_the_fuzzer_finds_nothing_in_a_few_seconds() -> None:
    assert failing(["json", "window"], 3) == {}
