"""What turns the use of honest accounts: a release, a launch, a course that begins, a move. By dice of its own.

It happens to many at once, as it does to an operator's accounts: whoever takes all who turn on one day for one hand
accuses these.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bench.simulation.addresses import address, network_of
from bench.simulation.dice import Dice
from bench.simulation.networks import Use
from bench.simulation.use.habits import FLAT, Habit, always
from bench.simulation.world import STARTS

BEGINS_LATER, LATER_DAYS = 0.3, (10.0, 28.0)  # share of classes and firms that sign up for what begins much later
RELEASED, LAUNCHED = 0.4, 0.1  # share of an agent's people, and of all, whom a release or a launch moves
BACK_DAYS = (0.5, 12.0)  # of those who come back for it
MORE = (2.0, 8.0)  # times as much, of those who were there
MOVES = 0.02  # share of accounts that go on elsewhere, with something else: a new job, a child's, a friend's
AROUND_THE_CLOCK = 0.25  # of those who build something


@dataclass(slots=True)
class Turning:
    """The days of one history on which use turns."""

    dice: Dice
    days: int  # of the history
    launch: datetime = field(init=False)
    releases: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.launch = self._some_day()

    def later(self) -> timedelta:
        """How long a party waits before it begins, beyond what parties do."""
        return timedelta(days=self.dice.uniform(*LATER_DAYS) if self.dice.chance(BEGINS_LATER) else 0)

    def around_the_clock(self, habit: Habit) -> Habit:
        """Something that was built: now and then a service that is asked day and night."""
        return replace(habit, hours=FLAT) if self.dice.chance(AROUND_THE_CLOCK) else habit

    def habits(self, habit: Habit, *, agent: bool) -> Iterator[Habit]:
        """A habit as the history turns it: as it was, and from a day on as it is then."""
        on = self._turns(habit, agent=agent)
        moves = self.dice.chance(MOVES)
        if on is None and not moves:
            yield habit
            return
        on = on or self._some_day()
        over = habit.ends is not None and habit.ends <= on
        if on <= habit.begins or (over and moves):
            yield habit
            return
        yield habit if over else replace(habit, ends=on)
        yield self._after(habit, on + timedelta(hours=1), moves=moves)

    def _turns(self, habit: Habit, *, agent: bool) -> datetime | None:
        if agent and self.dice.chance(RELEASED):
            if habit.client not in self.releases:
                self.releases[habit.client] = self._some_day()
            return self.releases[habit.client]
        return self.launch if self.dice.chance(LAUNCHED) else None

    def _after(self, habit: Habit, begins: datetime, *, moves: bool) -> Habit:
        dice = self.dice
        if moves:
            place = always(address(dice, network_of(dice, dice.choice(("US", "GB", "DE", "IN", "BR")), Use.HOME)))
            return replace(habit, begins=begins, place=place, client=f"cli/{dice.randint(1, 9)}.{dice.randint(0, 9)}")
        if habit.ends is not None and habit.ends <= begins:
            begins += timedelta(hours=dice.uniform(0, 30))
            return replace(habit, begins=begins, ends=begins + timedelta(days=dice.uniform(*BACK_DAYS)))
        return replace(habit, begins=begins, a_day=habit.a_day * dice.uniform(*MORE))

    def _some_day(self) -> datetime:
        return STARTS + timedelta(days=self.dice.randint(self.days // 3, self.days))
