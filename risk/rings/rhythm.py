"""When a ring's accounts sign up: the hours that somebody works, in words. Pure.

It is a description and no evidence: people of one country wake and sleep together too, and the hour speaks for nobody
(risk.rings.links).
"""

from dataclasses import dataclass

import numpy as np

from risk.rings.columns import Floats

HOUR, DAY, HOURS = 3_600, 86_400, 24
LEAST = 12  # signups: fewer have no rhythm
MOST_OF = 0.9  # of the signups that stand in the hours told
LONGEST = 10  # hours of a working day at most; what is spread wider is not told
WEEKENDS_LEAST = 20  # signups from which free weekends are told: by chance, 1 of 800 has so many on five days
THURSDAY = 3  # the day of the week on which the epoch began, from Monday


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The hours (UTC) in which most of the signups stand: from the first's beginning to the last's end, and the share.

    `weekdays`: none of them stands on a Saturday or Sunday (UTC).
    """

    first: int
    hours: int
    share: float
    weekdays: bool

    @property
    def words(self) -> str:
        """For an analyst."""
        return f"{self.first:02d}-{(self.first + self.hours) % HOURS:02d} UTC{', no weekends' if self.weekdays else ''}"


def rhythm(at: Floats) -> Rhythm | None:
    """The rhythm of signups at these seconds since the epoch; None where there is none that can be told."""
    if len(at) < LEAST:
        return None
    by_hour = np.bincount((at % DAY // HOUR).astype(np.int64), minlength=HOURS)
    around = np.concatenate([[0], np.cumsum(np.tile(by_hour, 2))])
    for hours in range(1, LONGEST + 1):
        held = around[hours : hours + HOURS] - around[:HOURS]
        first = int(held.argmax())
        if held[first] >= MOST_OF * len(at):
            return Rhythm(first, hours, float(held[first]) / len(at), _weekdays(at))
    return None


def _weekdays(at: Floats) -> bool:
    days = (at // DAY + THURSDAY) % 7
    return len(at) >= WEEKENDS_LEAST and bool((days < 5).all())
