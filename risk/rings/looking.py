"""One look for rings among accounts: find groups, judge them, sweep for those that are rings, and judge again. Pure.

It is the one definition of a ring: rounds write down what it tells, and the benchmarks measure it.
"""

from dataclasses import dataclass

import numpy as np

from risk.rings.columns import Columns, Flags, Ints
from risk.rings.detection import Found, find, held, sweep
from risk.rings.judging import Judged, judge

KNOWN = 0.9  # probability from which a group is swept for, as a ring
SUSPECTED = 0.5  # probability from which a group is told at all


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look. `certain` is by group: an analyst said that one operator runs it."""

    found: Found
    judged: Judged
    certain: Flags

    @property
    def known(self) -> Flags:
        """By group: surely a ring."""
        known: Flags = (self.judged.score >= KNOWN) | self.certain
        return known

    @property
    def told(self) -> Flags:
        """By group: likely enough a ring to be told."""
        told: Flags = ((self.judged.score >= SUSPECTED) | self.certain) & (self.found.groups.size > 0)
        return told


def look(accounts: Columns, certain: Ints | None = None) -> Looked:
    """Look for rings; `certain` is as `held` takes it, None where nobody is certain of anything."""
    return swept(guessed(accounts, certain))


def guessed(accounts: Columns, certain: Ints | None = None) -> Looked:
    """The groups that are found, and what they come to, before any is swept for."""
    found = find(accounts)
    number = found.groups.number
    if certain is not None:
        found = held(found, certain)
    return Looked(found, judge(found), np.arange(found.groups.number) >= number)


def swept(looked: Looked) -> Looked:
    """The same after the sweep for those that are surely rings."""
    found = sweep(looked.found, looked.known)
    return Looked(found, judge(found), looked.certain)
