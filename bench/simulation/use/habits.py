"""How one account is used: from when on, how much, at which hours, from where, with what."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.simulation.dice import Dice, Weighted
from bench.simulation.use.prompts import Prompts
from bench.simulation.world import LOCAL, WEEK

Window = dict[str, Any]  # a line of usage.jsonl
FLAT = Weighted([(hour, 1.0) for hour in range(24)])
OFFICE = Weighted([(hour, 5.0 if 8 <= hour < 18 else 0.3) for hour in range(24)])
NIGHT = Weighted([(hour, 4.0 if hour < 6 else 0.2) for hour in range(24)])
WAKING = LOCAL


@dataclass(slots=True)
class Habit:
    """An account's use. `place` gives the address of an hour's calls."""

    begins: datetime
    a_day: float  # requests on a day of use
    spread: float  # of the logarithm of that, from day to day
    days: float  # share of days on which it is used
    hours: Weighted[int]  # local
    ahead: int  # hours of local time before UTC
    place: Callable[[datetime], str]
    client: str
    prompts: Prompts
    read: float = 600  # tokens of a request, in
    written: float = 400  # and out
    ends: datetime | None = None
    weekly: bool = True  # less on weekends
    sittings: int = 3  # hours of a day of use, at most, for each ten requests

    def windows(self, dice: Dice, account: str, until: datetime) -> Iterator[Window]:
        """Hour by hour, until the history ends."""
        end = min(until, self.ends or until)
        day = self.begins.replace(hour=0, minute=0, second=0, microsecond=0)
        while day < end:
            likely = self.days * (WEEK[day.weekday()] / max(WEEK) if self.weekly else 1.0)
            if dice.chance(likely):
                yield from self._day(dice, account, day, end)
            day += timedelta(days=1)

    def _day(self, dice: Dice, account: str, day: datetime, end: datetime) -> Iterator[Window]:
        requests = max(1, round(self.a_day * dice.lognormvariate(-(self.spread**2) / 2, self.spread)))
        hours: dict[int, int] = {}
        chosen = [dice.one(self.hours) for _ in range(max(1, min(requests, 24, 1 + self.sittings * requests // 10)))]
        for _ in range(min(requests, 400)):
            hour = dice.choice(chosen)
            hours[hour] = hours.get(hour, 0) + max(1, requests // 400)
        for hour, number in sorted(hours.items()):
            start = day + timedelta(hours=hour - self.ahead)
            if self.begins <= start + timedelta(hours=1) and start < end:
                yield self._window(dice, account, start, number)

    def _window(self, dice: Dice, account: str, start: datetime, requests: int) -> Window:
        return {
            "account_id": account,
            "window_start": start.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "requests": requests,
            "input_tokens": round(dice.around(self.read * requests, 0.4)),
            "output_tokens": round(dice.around(self.written * requests, 0.4)),
            "ip": self.place(start),
            "client": self.client,
            "prompt_sketches": self.prompts.some(dice, requests),
        }


def always(*addresses: str) -> Callable[[datetime], str]:
    """One address, for ever; of several, one after the other by day."""
    return lambda at: addresses[at.toordinal() % len(addresses)]


def mostly(dice: Dice, home: str, others: Sequence[str], share: float) -> Callable[[datetime], str]:
    """One address for so large a share of hours, and one of others else."""
    return lambda _: home if not others or dice.chance(share) else dice.choice(others)
