"""Windows of made-up use as arrays, and what is known of them at a moment, added up as detection reads it."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from risk.rings.columns import Flags, Floats, Ints
from risk.rings.use.evidence import templates
from risk.rings.use.tallies import LOOKED_BACK, Asked, Days, Exits, Use

HOUR, DAY, HOURS = 3_600, 86_400, 24
NEVER = 1 << 60
BACK = LOOKED_BACK // timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows, a line each; `sketch` and `sketch_of` are of sketches, `sketch_of` says of which window."""

    row: Ints  # the account
    start: Ints  # seconds
    address: Ints
    network: Ints
    client: Ints
    requests: Ints
    hosted: Ints  # 1 for a host's address
    sketch: Ints
    sketch_of: Ints

    def __len__(self) -> int:
        return len(self.row)

    def ordered(self) -> "Windows":
        """The same in the order of time."""
        order = np.argsort(self.start, kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        moved = place[self.sketch_of]
        by = np.argsort(moved, kind="stable")
        return replace(self._at(order), sketch=self.sketch[by], sketch_of=moved[by])

    def known(self, moment: float) -> "Windows":
        """Of windows in the order of time those that are over at a moment and are looked back at."""
        begin, end = np.searchsorted(self.start, [moment - BACK, moment - HOUR], side="right").tolist()
        first, last = np.searchsorted(self.sketch_of, [begin, end]).tolist()
        some = self._at(slice(begin, end))
        return replace(some, sketch=self.sketch[first:last], sketch_of=self.sketch_of[first:last] - begin)

    def some(self, rows: Flags) -> "Windows":
        """Those of some accounts."""
        return self.those(rows[self.row])

    def those(self, stays: Flags) -> "Windows":
        """Those that stay."""
        place = np.cumsum(stays) - 1
        kept = stays[self.sketch_of]
        some = self._at(stays)
        return replace(some, sketch=self.sketch[kept], sketch_of=place[self.sketch_of[kept]])

    def _at(self, places: "Ints | Flags | slice") -> "Windows":
        names = ("row", "start", "address", "network", "client", "requests", "hosted")
        return replace(self, **{name: getattr(self, name)[places] for name in names})


def first_used(windows: Windows, accounts: int) -> Ints:
    """By account: when its first window begins; NEVER where it has none."""
    first = np.full(accounts, NEVER)
    np.minimum.at(first, windows.row, windows.start)
    return first


def use_of(windows: Windows, signed_up: Ints, at: Floats) -> Use:
    """Windows added up. By account, `signed_up` is the network that it signed up from, and `at` when, in seconds."""
    asked = templates(_asked(windows), len(at))
    return Use(signed_up, at.astype(np.int64) // DAY, _exits(windows), asked, _days(windows))


def _exits(windows: Windows) -> Exits:
    day, once = windows.start // DAY, np.ones_like(windows.row)
    place = windows.address, windows.network, windows.client
    return Exits(windows.row, *place, once, windows.hosted > 0, day, day).added()


def _asked(windows: Windows) -> Asked:
    return Asked(windows.row[windows.sketch_of], windows.sketch, np.ones_like(windows.sketch)).added()


def _days(windows: Windows) -> Days:
    hour = 1 << windows.start // HOUR % HOURS
    return Days(windows.row, windows.start // DAY, windows.requests, hour).added()
