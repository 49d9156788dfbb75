"""What operators do with their accounts: take answers, a little from each, by templates of their own.

Work is dealt out over accounts, so that each looks like a light user; some wait for weeks first, some hand the accounts
to customers. Parameters are ranges drawn for each operator.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.simulation.addresses import address, four, neighbour, network_of
from bench.simulation.dice import Dice, Weighted
from bench.simulation.networks import Use
from bench.simulation.population import Line
from bench.simulation.use.habits import FLAT, WAKING, Habit, mostly
from bench.simulation.use.honest import PLACES, SDKS
from bench.simulation.use.prompts import Prompts, Template, templates

WAYS = Weighted([("takes", 6.0), ("sleeps", 2.0), ("resells", 1.5)])
A_DAY = (8.0, 60.0)  # requests of an account; 25.6 in the case that was told in public
TEMPLATES = (4, 60)
POOL = (0.1, 2.0)  # addresses for each account, of those who use proxies
STANDS = frozenset({"script", "datacentre"})  # kinds that call from servers of their own, mostly
SERVERS = (1, 30)
ASLEEP_DAYS = (5.0, 21.0)
SOLD_AFTER_DAYS = (0.5, 10.0)
UNUSED = (0.0, 0.3)  # share of accounts that wait in store
DISGUISED = 0.25  # operators whose client says that it is the web's


@dataclass(slots=True)
class Operator:
    """One of them."""

    dice: Dice
    kind: str
    way: str
    prompts: list[Template]
    client: str
    a_day: float
    evenly: float  # spread of the logarithm of requests, over days and accounts
    hours: Weighted[int]
    servers: list[str]
    pool: float
    wakes: datetime
    unused: float
    addresses: list[str] = field(default_factory=list)
    accounts: int = 0

    def habit(self, line: Line) -> Habit | None:
        """How one account is used; None: it waits in store."""
        dice = self.dice
        self.accounts += 1
        if dice.chance(self.unused):
            return None
        if self.way == "resells":
            return self._customer(line)
        begins = line.at + timedelta(hours=dice.expovariate(1 / 8))
        if self.way == "sleeps":
            begins = max(begins, self.wakes + timedelta(hours=dice.uniform(0, 48)))
        return Habit(
            begins=begins,
            a_day=self.a_day * dice.lognormvariate(0, self.evenly),
            spread=self.evenly,
            days=dice.uniform(0.8, 1.0),
            hours=self.hours,
            ahead=0,
            place=self._exit(),
            client=self.client,
            prompts=Prompts(self.prompts, dice.uniform(0, 0.1)),
            read=900,
            written=dice.around(1400, 0.2),
            weekly=False,
            sittings=6,
        )

    def _exit(self) -> Callable[[datetime], str]:
        if self.servers:
            return lambda _: self.dice.choice(self.servers)
        return lambda _: self._proxy()

    def _proxy(self) -> str:
        """One of a pool that grows with the accounts, at random, as a provider's gateway gives them out."""
        most = max(3, round(self.pool * self.accounts))
        place = self.dice.randrange(most)
        if place < len(self.addresses):
            return self.addresses[place]
        network = network_of(self.dice, self.dice.choice(PLACES), self.dice.choice((Use.HOME, Use.HOME, Use.MOBILE)))
        self.addresses.append(address(self.dice, network))
        return self.addresses[-1]

    def _customer(self, line: Line) -> Habit:
        """Whoever bought it: other hands, in another place, for whatever they want, by the seller's relay or not."""
        dice = self.dice
        home = address(dice, network_of(dice, dice.choice(PLACES), Use.HOME))
        relay = self.servers or [self._proxy() for _ in range(3)]
        return Habit(
            begins=line.at + timedelta(days=dice.uniform(*SOLD_AFTER_DAYS)),
            a_day=dice.around(45, 0.8),
            spread=dice.uniform(0.4, 1.0),
            days=dice.uniform(0.4, 1.0),
            hours=WAKING,
            ahead=8,
            place=mostly(dice, dice.choice(relay), [home, neighbour(dice, home)], 0.7),
            client=self.client,
            prompts=Prompts([], 1.0),
        )


def operator(dice: Dice, name: str, ends: datetime) -> Operator:
    """One operator, by the name that it has in the history: its kind and number."""
    kind = name.rpartition("-")[0]
    stands = dice.chance(0.8 if kind in STANDS else 0.15)
    servers = [four(dice, network_of(dice, "US", Use.HOSTING)) for _ in range(dice.randint(*SERVERS))] if stands else []
    return Operator(
        dice=dice,
        kind=kind,
        way=dice.one(WAYS),
        prompts=templates(dice, dice.randint(*TEMPLATES), long=dice.uniform(0.3, 1.0)),
        client="web/2026.8" if dice.chance(DISGUISED) else dice.one(SDKS),
        a_day=dice.uniform(*A_DAY),
        evenly=dice.uniform(0.1, 0.5),
        hours=FLAT if dice.chance(0.7) else WAKING,
        servers=servers,
        pool=dice.uniform(*POOL),
        wakes=ends - timedelta(days=dice.uniform(*ASLEEP_DAYS)),
        unused=dice.uniform(*UNUSED),
    )
