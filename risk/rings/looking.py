"""One look for rings among accounts: find groups, judge them, sweep for those that are rings, and judge again. Pure.

It is the one definition of a ring: rounds write down what it tells, and the benchmarks measure it.
"""

from dataclasses import dataclass, replace

import numpy as np

from risk.rings.columns import Columns, Flags, Floats, Ints
from risk.rings.detection import Found, find, held, sweep
from risk.rings.judging import Judged, judge
from risk.rings.vouching import Heard, heard, on_hearing

KNOWN = 0.9  # probability from which a group is swept for, as a ring
SUSPECTED = 0.5  # probability from which a group is told at all


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What is known of accounts before a look, by row.

    `certain`: a number for the operator whose it is by an analyst's word, -1 for none. `said`: how far its label is to
    be trusted, 0 to 1, below 0 where it was found honest and 0 without one (risk.rings.vouching).
    """

    certain: Ints
    said: Floats


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look. `certain` is by group: an analyst said that one operator runs it."""

    found: Found
    judged: Judged
    certain: Flags
    heard: Heard

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


def nothing(accounts: Columns) -> Beforehand:
    """Nobody is certain of anything, and nothing was reported."""
    return Beforehand(np.full(len(accounts), -1, dtype=np.int64), np.zeros(len(accounts)))


def look(accounts: Columns, known: Beforehand | None = None) -> Looked:
    """Look for rings, by what is known beforehand; None where nothing is."""
    known = known or nothing(accounts)
    return swept(guessed(accounts, known), known)


def guessed(accounts: Columns, known: Beforehand | None = None) -> Looked:
    """The groups that are found, and what they come to, before any is swept for."""
    known = known or nothing(accounts)
    found = find(accounts)
    number = found.groups.number
    found = held(found, known.certain)
    return _judged(found, np.arange(found.groups.number) >= number, known)


def swept(looked: Looked, known: Beforehand | None = None) -> Looked:
    """The same after the sweep for those that are surely rings."""
    found = sweep(looked.found, looked.known)
    return _judged(found, looked.certain, known or nothing(found.profiles.accounts))


def _judged(found: Found, certain: Flags, known: Beforehand) -> Looked:
    judged, groups = judge(found), found.groups
    labels = heard(known.said[groups.rows], groups.group, groups.size)
    return Looked(found, replace(judged, score=on_hearing(judged.score, labels.nats)), certain, labels)
