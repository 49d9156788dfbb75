"""How each account is used: how much, how evenly, from home or not. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.rings.columns import Flags, Floats, Ints
from risk.rings.use.tallies import Days, Use

TOLD_DAYS: Final = 3  # days of use from which an account's habits are told
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
    days: Ints
    volume: Floats  # mean over days of the logarithm of requests
    swing: Floats  # standard deviation of it
    sleepless: Floats  # 1 where it calls at all hours of the day, 0 where it has some in which it rests

    @property
    def told(self) -> Flags:
        """Who was used on days enough."""
        told: Flags = self.days >= TOLD_DAYS
        return told


def habits(use: Use) -> Habits:
    """The habits of all accounts."""
    exits, days, number = use.exits, use.days, use.accounts
    windows = np.bincount(exits.rows, exits.windows, minlength=number)
    count = np.bincount(days.rows, minlength=number)
    size = np.log(np.maximum(days.requests, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        volume = np.bincount(days.rows, size, minlength=number) / count
        square = np.bincount(days.rows, size**2, minlength=number) / count
        return Habits(
            windows.astype(np.float64),
            np.where(
                use.signed_up != 0,
                np.bincount(exits.rows, exits.windows * use.home, minlength=number) / windows,
                np.nan,
            ),
            np.bincount(exits.rows, exits.windows * exits.hosted, minlength=number) / windows,
            count,
            volume,
            np.sqrt(np.maximum(square - volume**2, 0.0)),
            _sleepless(days, number),
        )


def _sleepless(days: Days, number: int) -> Floats:
    """By row: whether it has no hours in which it rests; NaN for one that called in too few hours."""
    hours = np.array(
        [np.bincount(days.rows, days.hours >> hour & 1, minlength=number) for hour in range(HOURS)], dtype=np.float64
    )
    upto = np.cumsum(np.concatenate([np.zeros((1, number)), hours, hours[: REST - 1]]), axis=0)
    quietest = (upto[REST:] - upto[:-REST]).min(axis=0)
    total = hours.sum(axis=0)
    return np.where(total >= TOLD_HOURS, quietest > RESTS * total, np.nan)
