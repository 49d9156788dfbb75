"""What was said of the use of rings that are contained, recalled when their members do nothing more. Pure.

Who is held is stopped, and four weeks later nothing is left of what it did for a round to look at. That undoes nothing:
a ring most of whose members do nothing more keeps the most that was said of its use, until an analyst says otherwise,
or until its members are used again. To have been a ring accuses nobody who comes later.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.rings.columns import Flags, Floats, Ints
from risk.rings.profiles import Groups
from risk.rings.use.judging import Shown, nats, seen, with_size, with_use

MOSTLY: Final = 0.5  # of a pool's accounts that are a ring's, of a ring's that are a pool's, and that do nothing more
# Probability of a ring by what a pool does now, from which it brings others to a kept one: half the odds of one that is
# surely a ring, as a contained one stays so (risk.ringline).
SURELY: Final = 9 / 11


@dataclass(frozen=True, slots=True)
class Kept:
    """Rings that are contained, and what was said of their use.

    `ring`: by row, a number for the ring, -1 for none. `nats`: by ring, what counted of its use; there is at least one.
    """

    ring: Ints
    nats: Floats

    def staying(self, pool: Ints, use: Shown | None) -> Ints:
        """By row: the ring that it is in from now on, by its pool; -1 for none.

        Members who do nothing more stay, and so do those whose pool is the ring's: most of the pool are members, or
        most members that have a pool are in it. Others come to the ring with such a pool only where what is done now
        makes it surely a ring; then all are one, for each part would make what the other does look common.
        """
        number = int(pool.max(initial=-1)) + 1
        groups = Groups(np.flatnonzero(pool >= 0), pool[pool >= 0], number)
        its = np.append(self._whose(groups), -1)
        mine: Ints = np.where(silent(self, use) | (its[pool] == self.ring), self.ring, -1)
        if use is None or (its < 0).all():
            return mine
        now = with_size(nats(seen(use, groups), np.zeros(number)), groups.size)
        surely = np.append(with_use(np.zeros(number), now) >= SURELY, False)
        ring: Ints = np.where((self.ring < 0) & surely[pool], its[pool], mine)
        return ring

    def _whose(self, groups: Groups) -> Ints:
        """By group: the ring that it is the pool of, -1 for none."""
        rings, of = len(self.nats), self.ring[groups.rows]
        both = np.bincount(groups.group[of >= 0] * rings + of[of >= 0], minlength=groups.number * rings)
        both = both.reshape(groups.number, rings)
        most, ring = both.max(axis=1), both.argmax(axis=1)
        whose: Ints = np.where(most > MOSTLY * np.minimum(groups.size, both.sum(axis=0)[ring]), ring, -1)
        return whose

    def recalled(self, now: Floats, groups: Groups, ring: Ints, use: Shown | None) -> Floats:
        """What use says of groups, in nats: `now`, and of a ring that does nothing more the most that it said.

        `ring`: by group, the ring that it is, -1 for others.
        """
        quiet = np.bincount(groups.group, silent(self, use)[groups.rows], minlength=groups.number)
        before = np.append(self.nats, 0.0)[ring]
        most: Floats = np.where((ring >= 0) & (quiet > MOSTLY * groups.size), np.maximum(now, before), now)
        return most


def silent(kept: Kept, use: Shown | None) -> Flags:
    """By row: who does nothing any more that could be seen."""
    nobody: Flags = np.ones(len(kept.ring), dtype=bool)
    return nobody if use is None else use.habits.silent
