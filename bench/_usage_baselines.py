"""Two simple ways to find operators' accounts by their use alone.

Each is tuned on the very history that it is measured on, with the truth in hand, as the ways of
bench/_detection_baselines.py are, and looks at the end; both favour them.
"""

from collections.abc import Iterator

import numpy as np

from bench._detection_baselines import best
from bench._usage_history import WITHIN, History
from bench._usage_windows import DAY, Windows
from risk.rings.columns import Flags, Floats, Ints

AT_ADDRESS = (2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 400, 800)  # accounts that call from one address
OF_WINDOWS = (0.1, 0.3, 0.5, 0.8)  # of an account's windows, that come from such addresses
VOLUMES = 200  # thresholds


def by_address(history: History) -> Flags:
    """Accounts much of whose use comes from addresses that many accounts call from."""
    return best(history, _address_settings(history))


def by_volume(history: History) -> Flags:
    """Accounts that ask for much a day."""
    volume = _volumes(history)
    if not volume.any():
        return volume > 0
    levels = np.unique(np.quantile(volume[volume > 0], np.linspace(0, 1, VOLUMES)))
    return best(history, (volume >= level for level in levels))


def _early(history: History) -> Windows:
    """What accounts did in the days in which they are to be found."""
    windows = history.windows
    early = windows.start <= history.first[windows.row] + WITHIN * DAY
    return windows.those(early)


def _address_settings(history: History) -> Iterator[Flags]:
    windows = _early(history)
    callers = _callers(history.windows.row, history.windows.address, windows.address)
    total = np.maximum(np.bincount(windows.row, minlength=len(history)), 1)
    for least in AT_ADDRESS:
        share = np.bincount(windows.row, callers >= least, minlength=len(history)) / total
        yield from (share >= of for of in OF_WINDOWS)


def _callers(row: Ints, address: Ints, asked: Ints) -> Ints:
    """How many accounts call from each of the addresses that are asked about."""
    known, code = np.unique(address, return_inverse=True)
    pairs = np.unique(code.astype(np.int64) * (int(row.max(initial=0)) + 1) + row)
    count = np.bincount(pairs // (int(row.max(initial=0)) + 1), minlength=len(known))
    found: Ints = count[np.searchsorted(known, asked)]
    return found


def _volumes(history: History) -> Floats:
    """By account: requests on a day of use, 0 where it was not used."""
    windows = _early(history)
    days = np.unique(windows.row * (1 << 32) + windows.start // DAY) >> 32
    requests = np.bincount(windows.row, windows.requests, minlength=len(history))
    volumes: Floats = requests / np.maximum(np.bincount(days, minlength=len(history)), 1)
    return volumes
