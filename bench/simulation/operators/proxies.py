"""People's lines, rented out by providers of residential proxies, in the countries of an operator's markets."""

from dataclasses import dataclass, field

from bench.simulation.addresses import address, four, neighbour, network_of
from bench.simulation.networks import Network, Use
from bench.simulation.people import Person, line_of
from bench.simulation.world import World

PROVIDERS = (1, 3)
NETWORKS = (1, 5)  # of a provider in a country
POOL = (0.3, 3.0)  # addresses of a pool to one account
POOLED = 0.5  # operators whose proxies come from a pool that is used up; the others get a fresh one each time
STATIC = 0.3  # operators who rent lines that stay theirs: they stand together in a few blocks of 256
BLOCKS = (3, 20)  # of those, in one country
MOBILE = (0.0, 0.15)  # share of accounts that come by a phone's line though they show a computer

Pool = dict[tuple[str, Use], list[str]]
FRESH = 1000  # times an operator's accounts: a pool that never comes to its end


@dataclass(slots=True)
class Proxies:
    """What an operator rents."""

    world: World
    providers: int
    most: int  # addresses of a pool
    static: int  # blocks of 256; none: lines are anywhere
    mobile: float
    networks: dict[tuple[str, Use, int], list[Network]] = field(default_factory=dict)
    blocks: Pool = field(default_factory=dict)
    pools: Pool = field(default_factory=dict)

    def one(self, who: Person, *, touch: bool) -> str:
        """A line for somebody from there, on a phone or at a computer."""
        dice, place = self.world.dice, who.country.code
        use = Use.MOBILE if not touch and dice.chance(self.mobile) else line_of(self.world, touch=touch)
        pool = self.pools.setdefault((place, use), [])
        number = int(self.most * dice.random())
        if number >= len(pool):
            pool.append(self._fresh(place, use))
            return pool[-1]
        return pool[number]

    def _fresh(self, place: str, use: Use) -> str:
        dice = self.world.dice
        if not self.static:
            return address(dice, self._network(place, use))
        blocks = self.blocks.setdefault((place, use), [])
        if len(blocks) < self.static:
            blocks.append(four(dice, self._network(place, use)))
        return neighbour(dice, dice.choice(blocks))

    def _network(self, place: str, use: Use) -> Network:
        """A network in which one of the providers has lines; larger networks oftener."""
        dice = self.world.dice
        provider = place, use, int(self.providers * dice.random())
        if provider not in self.networks:
            self.networks[provider] = [network_of(dice, place, use) for _ in range(dice.randint(*NETWORKS))]
        return dice.choice(self.networks[provider])


def proxies(world: World, accounts: int) -> Proxies:
    """Lines for so many accounts."""
    dice = world.dice
    most = max(1, int(accounts * dice.uniform(*POOL))) if dice.chance(POOLED) else accounts * FRESH
    static = dice.randint(*BLOCKS) if dice.chance(STATIC) else 0
    return Proxies(world, dice.randint(*PROVIDERS), most, static, dice.uniform(*MOBILE))
