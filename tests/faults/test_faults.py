"""Nothing is lost, doubled or given away, whatever dies while people sign up: the short form of `make faults`."""

import sys

import pytest

from tests.faults.faults import FAULTS
from tests.faults.run import Pace, run, say, table

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]


def test_whatever_dies_nothing_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    short = {name: fault for name, fault in FAULTS.items() if fault.short}
    with capsys.disabled():
        rows = run(short, Pace(), say)
        told = table(rows)
        sys.stdout.write(f"\n{told}\n")
    assert all(row.signups > 0 for row in rows), told
    assert not any(row.found is not None and row.found.any() for row in rows), told
