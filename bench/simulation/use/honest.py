"""What honest accounts do: most hardly anything; some talk, some build, and some do together what others do together.

Crowds that look like one operator's accounts are here at their worst: popular agents with one template, a company's
pipeline at night, platforms whose exits many share, a class with one exercise, the days of a launch (turning).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.simulation.addresses import address, four, neighbour, network_of, same_line
from bench.simulation.dice import Dice, Weighted
from bench.simulation.networks import Use
from bench.simulation.population import Line
from bench.simulation.use.habits import NIGHT, OFFICE, WAKING, Habit, always, mostly
from bench.simulation.use.prompts import Prompts, Template, templates
from bench.simulation.use.turning import Turning

KINDS = Weighted([("never", 0.25), ("tried", 0.3), ("talks", 0.25), ("builds", 0.12), ("agent", 0.08)])
TOGETHER = {"campus": 0.6, "hackathon": 0.7, "company": 0.5}  # share of such parties that do one thing together
AGENTS, PLATFORMS = (4, 9), (2, 4)  # popular agents, and platforms whose exits are shared, in one history
EXITS = (4, 24)  # addresses of a platform
ON_A_PLATFORM = 0.4  # of those who build
SDKS = Weighted(
    [("python-sdk/1.4.2", 5), ("python-sdk/1.3.0", 2), ("node-sdk/2.0.1", 4), ("go-sdk/0.3.7", 1), ("curl/8.9.1", 1)]
)
PLACES = ("US", "US", "GB", "DE", "FR", "IN", "BR", "JP", "ES", "PL", "MX", "ID")


@dataclass(frozen=True, slots=True)
class Agent:
    """A program that many people use, with the same prompts for all of them."""

    client: str
    prompts: list[Template]


@dataclass(frozen=True, slots=True)
class Shared:
    """What a party does together."""

    prompts: list[Template]
    begins: datetime
    ends: datetime | None
    door: str | None
    client: str
    at_night: bool


@dataclass(slots=True)
class Honest:
    """Everybody honest of one history."""

    dice: Dice
    turning: Turning
    agents: list[Agent] = field(init=False)
    platforms: list[list[str]] = field(init=False)
    parties: dict[int, Shared | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        dice = self.dice
        self.agents = [
            Agent(
                f"agent-{dice.hexes(4)}/{dice.randint(0, 3)}.{dice.randint(0, 20)}", templates(dice, dice.randint(1, 6))
            )
            for _ in range(dice.randint(*AGENTS))
        ]
        self.platforms = [
            [four(dice, network_of(dice, "US", Use.HOSTING)) for _ in range(dice.randint(*EXITS))]
            for _ in range(dice.randint(*PLATFORMS))
        ]

    def habits(self, line: Line) -> list[Habit]:
        """What one account's use consists of; nothing, for who never comes back."""
        shared = self._party(line)
        together = [self._together(line, shared)] if shared else []
        kind = self.dice.one(KINDS)
        if kind == "never":
            return together
        return [*together, *self.turning.habits(self._alone(line, kind), agent=kind == "agent")]

    def _alone(self, line: Line, kind: str) -> Habit:
        dice = self.dice
        begins = line.at + timedelta(hours=dice.expovariate(1 / 6))
        ahead = dice.randint(-8, 10)
        if kind == "builds":
            return self.turning.around_the_clock(self._builder(line, begins, ahead))
        agent = dice.early(self.agents) if kind == "agent" else None
        tried = kind == "tried"
        return Habit(
            begins=begins,
            a_day=dice.around(4 if tried else 60 if agent else 14, 0.8),
            spread=dice.uniform(0.5, 1.1),
            days=dice.uniform(0.2, 0.9),
            hours=WAKING,
            ahead=ahead,
            place=self._about(line),
            client=agent.client if agent else dice.one(SDKS) if dice.chance(0.2) else "web/2026.8",
            prompts=Prompts(agent.prompts, 0.15) if agent else Prompts([], 1.0),
            ends=begins + timedelta(days=dice.uniform(0.1, 4)) if tried else None,
        )

    def _builder(self, line: Line, begins: datetime, ahead: int) -> Habit:
        """A product of somebody's own, on a server or a platform, by its own templates, day and night."""
        dice = self.dice
        place = always(*dice.choice(self.platforms)) if dice.chance(ON_A_PLATFORM) else always(self._server(line))
        return Habit(
            begins=begins + timedelta(days=dice.expovariate(1 / 3)),
            a_day=dice.around(120, 1.2),
            spread=dice.uniform(0.3, 0.8),
            days=dice.uniform(0.7, 1.0),
            hours=dice.choice((OFFICE, WAKING, NIGHT)),
            ahead=ahead,
            place=place,
            client=dice.one(SDKS),
            prompts=Prompts(templates(dice, dice.randint(1, 5)), dice.uniform(0, 0.2)),
            read=dice.around(1500),
            written=dice.around(500),
            weekly=dice.chance(0.5),
        )

    def _server(self, line: Line) -> str:
        place = self.dice.choice(PLACES)
        return (
            four(self.dice, network_of(self.dice, place, Use.HOSTING))
            if self.dice.chance(0.7)
            else _home(line, self.dice)
        )

    def _about(self, line: Line) -> Callable[[datetime], str]:
        """At home mostly, now and then by phone or elsewhere; who came through a VPN has another exit each time."""
        dice, home = self.dice, _home(line, self.dice)
        if line.group == "vpn_user":
            return lambda _: neighbour(dice, home)
        away = [
            address(dice, network_of(dice, dice.choice(PLACES), dice.choice((Use.MOBILE, Use.HOME, Use.OFFICE))))
            for _ in range(2)
        ]
        if line.group == "carrier_nat":
            return mostly(dice, home, [neighbour(dice, home) for _ in range(3)], 0.5)
        return mostly(dice, home, away, dice.uniform(0.6, 0.98))

    def _party(self, line: Line) -> Shared | None:
        if line.group not in TOGETHER:
            return None
        if line.party not in self.parties:
            self.parties[line.party] = self._founded(line) if self.dice.chance(TOGETHER[line.group]) else None
        return self.parties[line.party]

    def _founded(self, line: Line) -> Shared:
        dice, firm = self.dice, line.group == "company"
        begins = line.at + timedelta(days=dice.uniform(0, 6 if firm else 2)) + self.turning.later()
        return Shared(
            prompts=templates(dice, dice.randint(1, 4)),
            begins=begins,
            ends=None if firm else begins + timedelta(days=dice.uniform(0.5, 10)),
            door=_home(line, dice) if dice.chance(0.8) else None,
            client=dice.one(SDKS),
            at_night=firm and dice.chance(0.5),
        )

    def _together(self, line: Line, shared: Shared) -> Habit:
        dice = self.dice
        firm = line.group == "company"
        return Habit(
            begins=max(line.at, shared.begins),
            a_day=dice.around(80 if firm else 18, 0.7),
            spread=0.4,
            days=0.8,
            hours=NIGHT if shared.at_night else OFFICE,
            ahead=0,
            place=always(shared.door or _home(line, dice)),
            client=shared.client,
            prompts=Prompts(shared.prompts, 0.05 if firm else 0.25),
            ends=shared.ends,
        )


def _home(line: Line, dice: Dice) -> str:
    """Where the account signed up: the same line, with an address of the day where it is IPv6."""
    return same_line(dice, str(line.sent["ip"]))
