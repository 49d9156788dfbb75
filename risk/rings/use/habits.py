"""How each account is used: how much, how evenly, from home or not. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.rings.columns import Flags, Floats, Ints
from risk.rings.use.tallies import Days, Exits, Use, totals

TOLD_DAYS: Final = 3  # days of use from which an account's habits are told
STOPPED: Final = 2  # days without use until the newest, from which an account is taken to be used no more
TOLD_WINDOWS: Final = 3  # from no host's addresses, from which it is told where an account is at home
MOSTLY, NEVER = 0.5, 0.05  # of these windows
HOURS: Final = 24
REST: Final = 6  # hours of the day in a row, in which people rest
TOLD_HOURS: Final = 48  # of use, from which it is told whether an account does
RESTS: Final = 0.1  # of its hours are in its quietest REST at the most: a quarter where it never does


@dataclass(frozen=True, slots=True)
class Habits:
    """By row. What an account does not show is NaN."""

    windows: Floats
    home: Floats  # share of windows from the network that it signed up from
    hosted: Floats  # share of windows from hosts' addresses
    elsewhere: Floats  # 1 where it calls mostly from one other network, and never from home; 0 where it does not
    days: Ints
    silent: Flags  # not used in the last days, or never
    volume: Floats  # mean over days of the logarithm of requests; but for the last, which is not over, or was cut short
    swing: Floats  # standard deviation of it
    sleepless: Floats  # 1 where it calls at all hours of the day, 0 where it has some in which it rests

    @property
    def told(self) -> Flags:
        """Who was used on days enough."""
        told: Flags = self.days >= TOLD_DAYS
        return told

    @property
    def stopped(self) -> Flags:
        """Who was used no more before it was told, nor will be."""
        stopped: Flags = self.silent & (self.days > 0) & ~self.told
        return stopped


def habits(use: Use) -> Habits:
    """The habits of all accounts."""
    exits, days, number = use.exits, use.days, use.accounts
    windows = np.bincount(exits.rows, exits.windows, minlength=number)
    own = np.bincount(exits.rows, exits.windows * ~exits.hosted, minlength=number)
    home = np.bincount(exits.rows, exits.windows * use.home, minlength=number)
    newest = int(days.day.max(initial=0))
    each, last = np.bincount(days.rows, minlength=number), np.zeros(number, dtype=np.int64)
    np.maximum.at(last, days.rows, days.day)
    over = days.day < last[days.rows]
    rows, size = days.rows[over], np.log(np.maximum(days.requests[over], 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        count = np.bincount(rows, minlength=number)
        volume = np.bincount(rows, size, minlength=number) / count
        square = np.bincount(rows, size**2, minlength=number) / count
        return Habits(
            windows.astype(np.float64),
            np.where(use.signed_up != 0, home / windows, np.nan),
            1 - own / windows,
            np.where(
                (use.signed_up != 0) & (own >= TOLD_WINDOWS),
                (home <= NEVER * own) & (_most(exits, number) >= MOSTLY * own),
                np.nan,
            ),
            each,
            newest - last >= STOPPED,
            volume,
            np.sqrt(np.maximum(square - volume**2, 0.0)),
            _sleepless(days, number),
        )


def _most(exits: Exits, number: int) -> Floats:
    """By row: windows from the network, no host's, that it calls from most. A VPN's exits are in many."""
    own = ~exits.hosted
    code = np.unique(exits.network, return_inverse=True)[1]
    width = int(code.max(initial=0)) + 1
    keys, windows = totals(exits.rows[own] * width + code[own], exits.windows[own].astype(np.float64))
    most = np.zeros(number)
    np.maximum.at(most, keys // width, windows)
    return most


def _sleepless(days: Days, number: int) -> Floats:
    """By row: whether it has no hours in which it rests; NaN for one that called in too few hours."""
    hours = np.array(
        [np.bincount(days.rows, days.hours >> hour & 1, minlength=number) for hour in range(HOURS)], dtype=np.float64
    )
    upto = np.cumsum(np.concatenate([np.zeros((1, number)), hours, hours[: REST - 1]]), axis=0)
    quietest = (upto[REST:] - upto[:-REST]).min(axis=0)
    total = hours.sum(axis=0)
    return np.where(total >= TOLD_HOURS, quietest > RESTS * total, np.nan)
