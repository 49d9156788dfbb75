"""One made-up history with use, as it was known at each moment, and who stood in a ring then."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from bench._detection_records import HONEST, Texts, run
from bench._usage_windows import DAY, Windows, first_used, use_of
from bench.simulation.population import Plan
from bench.simulation.use.after import AFTERWARDS
from bench.simulation.world import STARTS
from config.lib import embedded
from risk.rings.columns import Columns, Flags, Floats, Ints, columns
from risk.rings.links import Link
from risk.rings.looking import Looked, look, nothing
from risk.rings.use.evidence import evidence

WITHIN = 7  # days of its first use in which an account is to be found
NAMES = ("at", "links", "tells", "group", "operator", "way")


@dataclass(frozen=True, slots=True)
class History:
    """Signups in the order in which they came, their truth, and their use in the order of time."""

    at: Floats  # seconds
    links: Ints
    tells: Ints
    group: Texts  # of the truth
    operator: Texts  # of the truth, HONEST for nobody
    way: Texts  # of the truth: what the operator does with its accounts
    windows: Windows
    days: int  # of signups

    def __len__(self) -> int:
        return len(self.at)

    @property
    def honest(self) -> Flags:
        """Who is nobody's."""
        honest: Flags = self.operator == HONEST
        return honest

    @property
    def kind(self) -> Texts:
        """The kind of operator, HONEST for nobody."""
        return np.array([name.rpartition("-")[0] for name in self.operator.tolist()])

    @property
    def ends(self) -> float:
        """When use is reported for the last time, in seconds."""
        return STARTS.timestamp() + DAY * (self.days + AFTERWARDS)

    @property
    def first(self) -> Ints:
        """By account: when it was first used, in seconds."""
        return first_used(self.windows, len(self))

    @property
    def due(self) -> Flags:
        """By account: an operator's, and used for the first time early enough to be found in time before the end."""
        due: Flags = ~self.honest & (self.first <= self.ends - WITHIN * DAY)
        return due

    def columns(self, moment: float) -> Columns:
        """The signups that are known at a moment; rows stand in the same order."""
        number = int(np.searchsorted(self.at, moment, side="right"))
        places = np.arange(number, dtype=np.int64)
        return columns(places, self.at[:number], self.links[:number], self.tells[:number])

    def look(self, moment: float, *, use: bool) -> Looked:
        """A full round with what is known at a moment."""
        accounts = self.columns(moment)
        if not use:
            return look(accounts)
        windows = self.windows.known(moment)
        windows = windows.some(np.arange(len(self)) < len(accounts))
        number = len(accounts)
        signed_up = self.links[:number, Link.NETWORK], self.at[:number]
        shown = evidence(use_of(windows, *signed_up)) if len(windows) else None
        return look(accounts, replace(nothing(accounts), use=shown))


@dataclass(frozen=True, slots=True)
class Standing:
    """By account: whether it stood in a ring within days of its first use, at the end, and at any moment."""

    in_time: Flags
    at_end: Flags
    ever: Flags


def made(plan: Plan, intel: Path, out: Path) -> History:
    """One history, made without a database by a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(intel, home / "intel")
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        with embedded.environment(home):
            run("-m", "bench._usage_made", str(plan.accounts), str(plan.days), plan.seed, str(out))
    return read(out, plan.days)


def read(path: Path, days: int) -> History:
    """A history that was written."""
    with np.load(path) as stored:
        windows = Windows(**{each.name: stored[each.name] for each in fields(Windows)})
        return History(**{name: stored[name] for name in NAMES}, windows=windows, days=days)


def moments(history: History, every: float) -> Iterator[float]:
    """Every so many days from the first use on, and the end."""
    first = float(history.windows.start[0]) if len(history.windows) else history.ends
    yield from np.arange(first + every * DAY, history.ends, every * DAY).tolist()
    yield history.ends


def went_through(history: History, *, every: float, use: bool) -> tuple[Standing, Standing]:
    """Go through the history with a full round every so many days, each with what was known by then.

    The first standing is in any ring that is told, the second in one that is surely a ring, whose members are held.
    """
    standings = _nobody(history), _nobody(history)
    first, before = history.first, (-1, np.zeros((2, len(history)), dtype=bool))
    for moment in moments(history, every):
        print(f"{'with' if use else 'without'} use: day {(moment - STARTS.timestamp()) / DAY:.1f}", file=sys.stderr)
        number = int(np.searchsorted(history.at, moment, side="right"))
        if use or number != before[0]:  # without use nothing changes after the last signup
            before = number, in_rings(history.look(moment, use=use), len(history))
        timely = (first <= moment) & (moment <= first + WITHIN * DAY)
        for standing, inside in zip(standings, before[1], strict=True):
            standing.in_time[inside & timely] = True
            standing.ever[inside] = True
            standing.at_end[:] = inside
    return standings


def _nobody(history: History) -> Standing:
    return Standing(*(np.zeros(len(history), dtype=bool) for _ in range(3)))


def in_rings(looked: Looked, accounts: int) -> Flags:
    """Who stands in a ring, and who in one that is surely one."""
    rings, groups = np.zeros((2, accounts), dtype=bool), looked.found.groups
    rings[0, groups.rows] = looked.told[groups.group]
    rings[1, groups.rows] = (looked.told & looked.known)[groups.group]
    return rings
