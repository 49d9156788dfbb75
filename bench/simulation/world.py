"""What all that happens in one history shares: the dice, the calendar, and who has which mailbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.simulation.dice import Dice, Weighted
from bench.simulation.mailboxes import Mailboxes
from bench.simulation.places import ARRIVALS, WAKEFUL, Country

Sent = dict[str, Any]  # a line of signups.jsonl, without account_id and created_at
STARTS = datetime(2026, 8, 3, tzinfo=UTC)  # a Monday
WEEK = (1.15, 1.2, 1.15, 1.1, 1.0, 0.7, 0.75)  # arrivals by day, from Monday
HOURS = Weighted(list(enumerate(ARRIVALS)))
LOCAL = Weighted(list(enumerate(WAKEFUL)))
WORKING = Weighted([(hour, 3 if hour in {9, 10, 11, 14, 15} else 1) for hour in range(8, 18)])


@dataclass(slots=True)
class World:
    """One history."""

    dice: Dice
    days: int
    mailboxes: Mailboxes = field(init=False)

    def __post_init__(self) -> None:
        self.mailboxes = Mailboxes(self.dice)

    def when(self, country: Country | None = None, hours: Weighted[int] | None = None) -> float:
        """Some moment at which people are awake, in days from the start; `hours` are local ones."""
        day = self.day(0, self.days)
        hour = self.dice.one(hours or (LOCAL if country else HOURS)) - (country.ahead if country else 0)
        return self.clip(day + (hour + self.dice.random()) / 24)

    def day(self, first: int, days: int) -> int:
        """One of so many days, as people come on days of the week."""
        day = first + self.dice.randrange(days)
        while not self.dice.chance(WEEK[day % 7] / max(WEEK)):
            day = first + self.dice.randrange(days)
        return day

    def after(self, day: float, span: float) -> float:
        """Some moment within so many days of another."""
        return self.clip(day + self.dice.random() * span)

    def clip(self, day: float) -> float:
        """A moment of the history: what would fall outside comes in at the other end."""
        return day % self.days

    def at(self, day: float) -> datetime:
        """The moment by the calendar."""
        return STARTS + timedelta(days=day)


@dataclass(frozen=True, slots=True)
class Party:
    """Accounts that come for one reason: when each comes, and what it sends then."""

    group: str
    days: list[float]
    member: Callable[[datetime], Sent]
    operator: str | None = None
