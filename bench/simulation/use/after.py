"""The use of a whole history, account by account: drawn from dice of its own, so that the signups stay as they were."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.simulation.dice import Dice
from bench.simulation.population import Line, Plan
from bench.simulation.use.habits import Habit, Window
from bench.simulation.use.honest import Honest
from bench.simulation.use.operators import Operator, operator
from bench.simulation.use.turning import Turning
from bench.simulation.world import STARTS

AFTERWARDS = 14  # days for which use goes on after the last signup


@dataclass(slots=True)
class After:
    """What happens after the signups of a plan."""

    plan: Plan
    dice: Dice = field(init=False)
    ends: datetime = field(init=False)
    honest: Honest = field(init=False)
    operators: dict[str, Operator] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = Dice(f"gatehouse {self.plan.seed} use")
        self.ends = STARTS + timedelta(days=self.plan.days + AFTERWARDS)
        turning = Turning(Dice(f"gatehouse {self.plan.seed} turning"), self.plan.days)
        self.honest = Honest(self.dice, turning)

    def windows(self, account: str, line: Line) -> Iterator[Window]:
        """All windows of one account, those of each habit in the order of time."""
        for habit in self.habits(line):
            yield from habit.windows(self.dice, account, self.ends)

    def habits(self, line: Line) -> list[Habit]:
        """What one account's use consists of; nothing, where it is never used."""
        if line.operator is None:
            return self.honest.habits(line)
        if line.operator not in self.operators:
            self.operators[line.operator] = operator(self.dice, line.operator, self.ends)
        habit = self.operators[line.operator].habit(line)
        return [] if habit is None else [habit]


def used(plan: Plan, lines: Iterable[tuple[str, Line]]) -> Iterator[Window]:
    """The windows of accounts by their names, one account after the other."""
    after = After(plan)
    for account, line in lines:
        yield from after.windows(account, line)
