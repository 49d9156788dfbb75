"""The networks that accounts call from, beside those that others of their group signed up from. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.rings.columns import Counts, Floats, Ints, runs
from risk.rings.profiles import Groups
from risk.rings.use.tallies import Incidence, Use, totals

OFTEN: Final = 2.0  # times as many of a group as of others sign up from a network that is its own


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks that accounts call from, without hosts', and that they signed up from, numbered alike."""

    called: Incidence
    signed_up: Ints  # by row, -1 for none

    def local(self, groups: Groups) -> Floats:
        """By row: in how many windows it calls from where others of its group signed up, oftener than people do.

        Of a group of thousands somebody signed up wherever there are people.
        """
        of = np.full(len(self.signed_up), -1, dtype=np.int64)
        of[groups.rows] = groups.group
        width, told = self.called.values + 1, self.signed_up >= 0
        theirs = told & (of >= 0)
        found = runs(of[theirs] * width + self.signed_up[theirs])
        members = np.bincount(of[theirs], minlength=groups.number)[found.keys // width]
        people = np.bincount(self.signed_up[told], minlength=width)[found.keys % width]
        beside = np.maximum(np.count_nonzero(told) - members, 1)
        often = found.count / members >= OFTEN * (people - found.count) / beside
        rows, value = self.called.rows, self.called.value
        asked = np.where(of[rows] >= 0, of[rows] * width + value, -1)
        others = Counts(found.keys[often], found.count[often]).at(asked) - (self.signed_up[rows] == value)
        return np.bincount(rows, self.called.times * (others > 0), minlength=len(of)).astype(np.float64)

    def together(self, groups: Groups, windows: Floats) -> Floats:
        """By group: how much it calls from one network (E. Simpson, Nature 163, 1949) that is no host's, 0 to 1."""
        of = np.full(len(self.signed_up), -1, dtype=np.int64)
        of[groups.rows] = groups.group
        some = of[self.called.rows] >= 0
        width = self.called.values + 1
        keys, total = totals(of[self.called.rows[some]] * width + self.called.value[some], self.called.times[some])
        squares = np.bincount(keys // width, total**2, minlength=groups.number)
        all_windows = np.bincount(groups.group, windows[groups.rows], minlength=groups.number)
        share: Floats = squares / np.maximum(all_windows, 1) ** 2
        return share


def networks(use: Use) -> Networks:
    """The networks of all accounts."""
    exits = use.exits
    known, code = np.unique(np.concatenate([exits.network, use.signed_up]), return_inverse=True)
    called, signed_up = code[: len(exits.network)], code[len(exits.network) :]
    told = (exits.network != 0) & ~exits.hosted
    width = max(len(known), 1)
    keys, total = totals(exits.rows[told] * width + called[told], exits.windows[told].astype(np.float64))
    shown = Incidence(keys // width, keys % width, total, len(known))
    return Networks(shown, np.where(use.signed_up != 0, signed_up, -1))
