"""Accounts of which some are worked by one operator, as what detection reads of their use."""

import numpy as np

from risk.rings.columns import Flags
from risk.rings.use.evidence import evidence, templates
from risk.rings.use.judging import Shown
from risk.rings.use.tallies import Asked, Days, Exits, Use

MONTH = 28  # days


def worked_together(theirs: Flags, *, stopped: Flags | None = None, gone: Flags | None = None) -> Shown:
    """Everybody calls on five days: they by eight templates from a hundred lines, as much each; others as people do.

    Who was `stopped` did so a month before; of who is `gone` nothing is known any more.
    """
    dice = np.random.default_rng(1)
    rows = np.repeat(np.arange(len(theirs)), 20)
    them, own = theirs[rows], dice.integers(1 << 40, 1 << 60, (2, len(rows)))
    address = np.where(them, dice.integers(1, 101, len(rows)), own[0])
    sketch = np.where(them, dice.integers(1, 1 << 60, 8)[dice.integers(8, size=len(rows))], own[1])
    once, one = np.ones(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=bool)
    day = np.repeat(np.arange(len(theirs)), 5)
    volume = np.repeat(np.where(theirs, 3.2, dice.normal(3, 1.2, len(theirs))), 5) + dice.normal(0, 0.2, len(day))
    late = MONTH * ~(np.zeros(len(theirs), dtype=bool) if stopped is None else stopped)
    days = Days(
        day, np.tile(np.arange(5), len(theirs)) + late[day], np.exp(volume).astype(np.int64) + 1, np.ones_like(day)
    )
    exits = Exits(rows, address, address, once, once, one, 0 * once, 4 * once)
    if gone is not None:
        days = Days(*(column[~gone[day]] for column in (days.rows, days.day, days.requests, days.hours)))
        exits, rows, sketch, once = exits.some(~gone[rows]), *(of[~gone[rows]] for of in (rows, sketch, once))
    nowhere = np.zeros(len(theirs), dtype=np.int64)
    return evidence(Use(nowhere, nowhere, exits, templates(Asked(rows, sketch, once), len(theirs)), days))
