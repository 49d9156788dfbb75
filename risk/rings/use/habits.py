"""How each account is used: how much, how evenly, from home or not. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.rings.columns import Flags, Floats, Ints
from risk.rings.use.tallies import Use

TOLD_DAYS: Final = 3  # days of use from which an account's habits are told


@dataclass(frozen=True, slots=True)
class Habits:
    """By row. What an account does not show is NaN."""

    windows: Floats
    home: Floats  # share of windows from the network that it signed up from
    hosted: Floats  # share of windows from hosts' addresses
    days: Ints
    volume: Floats  # mean over days of the logarithm of requests
    swing: Floats  # standard deviation of it

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
        )
