"""Residential lines, rented."""

from bench.simulation.networks import NETWORKS, Use
from bench.simulation.operators.proxies import BLOCKS, Proxies, proxies
from bench.simulation.people import person
from bench.simulation.places import BY_CODE
from bench.simulation.world import World


def test_lines_come_again_with_some_operators_and_never_with_others(world: World) -> None:
    who = person(world)
    pools = [proxies(world, 40) for _ in range(20)]
    distinct = [len({lines.one(who, touch=False) for _ in range(40)}) for lines in pools]
    assert max(distinct) > 30
    assert min(distinct) < 30


def test_lines_are_of_homes_and_of_carriers_in_the_country(world: World) -> None:
    lines, who = proxies(world, 400), person(world, BY_CODE["PL"])
    for _ in range(300):
        lines.one(who, touch=True)
    used = {network for networks in lines.networks.values() for network in networks}
    assert {network.place for network in used} == {"PL"}
    assert {network.use for network in used} == {Use.HOME, Use.MOBILE}
    assert used < set(NETWORKS)


def test_lines_that_stay_stand_in_few_blocks(world: World) -> None:
    lines, who = Proxies(world, 1, 10**6, 3, 0), person(world, BY_CODE["ES"])
    drawn = [lines.one(who, touch=False) for _ in range(200)]
    # A twentieth of people at a computer come by a carrier, in blocks of its own.
    assert len({ip.rpartition(".")[0] for ip in drawn}) <= 6
    assert len(set(drawn)) > 60
    assert BLOCKS[0] > 1
