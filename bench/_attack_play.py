"""An attack as it goes: signups come, accounts are used hour by hour until they are held, and rounds look for rings.

The population is drawn as it lives, so that a held account makes nothing more, and nothing is made up that nobody would
see.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from bench._attack_report import A_DAY
from bench._detection_fast import policy_in_use
from bench._usage_made import Taken, Traced
from bench._usage_windows import DAY, HOUR, use_of
from bench.simulation.addresses import four, network_of
from bench.simulation.dice import Dice
from bench.simulation.networks import Use as Of
from bench.simulation.population import Line, Plan, history
from bench.simulation.use.after import After
from bench.simulation.use.habits import Habit, Window
from bench.simulation.use.operators import Operator, operator
from bench.simulation.world import STARTS
from risk.rings.columns import Flags, Floats, columns
from risk.rings.links import Link
from risk.rings.looking import Looked, look, nothing
from risk.rings.recalling import Kept
from risk.rings.use.evidence import evidence

SERVERS = 20  # of an operator that calls from servers of its own
HELD_SECONDS = 60  # from a round's end to the last member held


@dataclass(slots=True)
class Stream:
    """One habit of one account: its windows to come, and the next of them."""

    row: int
    windows: Iterator[Window]
    next: Window | None
    begins: float

    def step(self) -> Window:
        """The next window, and on to the one after it."""
        window = self.next
        if window is None:
            raise StopIteration
        self.next = next(self.windows, None)
        self.begins = _begins(self.next)
        return window


def _begins(window: Window | None) -> float:
    return datetime.fromisoformat(window["window_start"]).timestamp() if window else float("inf")


class Attack:
    """A population with one operator in it."""

    def __init__(self, plan: Plan, exits: str) -> None:
        self._lines = history(plan)
        self._coming = next(self._lines, None)
        self._after = After(plan)
        self._exits = exits
        self._traced, self._taken = Traced(policy_in_use()), Taken()
        self._streams: list[Stream] = []
        self.theirs: list[bool] = []  # by account: the operator's
        self.held: list[float] = []  # by account: when it is held, in seconds
        self.first: list[float] = []  # by account: when it is first used, in seconds
        self.got: list[int] = []  # by account: exchanges
        self.group: list[str] = []
        self._kept: Kept | None = None

    @property
    def coming(self) -> bool:
        """Whether anybody is still to sign up."""
        return self._coming is not None

    @property
    def next_signup(self) -> float:
        """When the next one signs up, in seconds."""
        return self._coming.at.timestamp() if self._coming else float("inf")

    @property
    def signed_up(self) -> Floats:
        """By account: when it signed up, in seconds."""
        return np.array(self._traced.at)

    def until(self, moment: float) -> None:
        """Live on until a moment."""
        while self._coming is not None and self._coming.at.timestamp() <= moment:
            self._arrives(self._coming)
            self._coming = next(self._lines, None)
        for stream in self._streams:
            while stream.begins + HOUR <= moment:
                self._called(stream)
        self._streams = [stream for stream in self._streams if stream.next is not None]

    def hold(self, rows: Flags, moment: float) -> int:
        """Hold accounts: what begins by then they still get. Tells how many are held anew."""
        new = [row for row in np.flatnonzero(rows).tolist() if self.held[row] == float("inf")]
        for row in new:
            self.held[row] = moment + HELD_SECONDS
        among = set(new)
        for stream in self._streams:
            while stream.row in among and stream.begins < moment + HELD_SECONDS:
                self._called(stream)
        self._streams = [stream for stream in self._streams if stream.row not in among]
        return len(new)

    def look(self, moment: float) -> Looked:
        """A full round with what is known at a moment."""
        links, tells = self._traced.arrays()
        rows = np.arange(len(links), dtype=np.int64)
        accounts = columns(rows, np.array(self._traced.at), links, tells)
        windows = self._taken.windows().known(moment)
        shown = evidence(use_of(windows, links[:, Link.NETWORK], accounts.at)) if len(windows) else None
        return look(accounts, replace(nothing(accounts), use=shown, kept=self._kept_of(len(links))))

    def keep(self, looked: Looked, rows: Flags) -> None:
        """Keep what was said of the use of what is held, as a door does (risk.rings.recalling)."""
        groups = looked.found.groups
        nats = looked.did.nats if looked.did else np.zeros(groups.number)
        held = (np.bincount(groups.group, rows[groups.rows], minlength=groups.number) > 0) & (nats > 0)
        ring = np.full(len(rows), -1)
        ring[groups.rows] = np.where(held, np.cumsum(held) - 1, -1)[groups.group]
        self._kept = Kept(ring, nats[held]) if held.any() else None

    def _kept_of(self, accounts: int) -> Kept | None:
        if self._kept is None:
            return None
        later = np.full(accounts - len(self._kept.ring), -1)
        return replace(self._kept, ring=np.concatenate([self._kept.ring, later]))

    def _arrives(self, line: Line) -> None:
        row = self._traced.add(line)
        if line.operator and line.operator not in self._after.operators:
            self._after.operators[line.operator] = self._attacker(line.operator)
        self.theirs.append(line.operator is not None)
        self.group.append(line.group)
        self.held.append(float("inf"))
        self.first.append(float("inf"))
        self.got.append(0)
        for habit in self._after.habits(line):
            self._begin(row, habit)

    def _begin(self, row: int, habit: Habit) -> None:
        windows = habit.windows(self._after.dice, str(row), self._after.ends)
        first = next(windows, None)
        if first is not None:
            self._streams.append(Stream(row, windows, first, _begins(first)))

    def _attacker(self, name: str) -> Operator:
        """One that takes answers from the first day on, with every account alike."""
        after = self._after
        drawn = operator(after.dice, name, after.ends)
        return replace(drawn, way="takes", a_day=A_DAY, unused=0.0, servers=_servers(after.dice, self._exits))

    def _called(self, stream: Stream) -> None:
        row, begins, window = stream.row, stream.begins, stream.step()
        self._taken.add(row, window)
        self.first[row] = min(self.first[row], begins)
        self.got[row] += window["requests"]


def _servers(dice: Dice, exits: str) -> list[str]:
    if exits != "servers":
        return []
    return [four(dice, network_of(dice, "US", Of.HOSTING)) for _ in range(SERVERS)]


def day(moment: float) -> float:
    """A moment in days from the start of the history."""
    return (moment - STARTS.timestamp()) / DAY
