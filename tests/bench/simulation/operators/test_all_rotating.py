"""The most careful of all."""

from bench.simulation.world import World
from tests.bench.simulation.operators.gather import accounts_of


def test_next_to_nothing_is_shared(world: World) -> None:
    lines = accounts_of(world, "all_rotating", 150)
    visitors = [line["device"]["visitor_id"] for line in lines if line["device"]]
    assert len({line["email"] for line in lines}) == len(lines)
    assert len(set(visitors)) > 0.75 * len(visitors)
    assert len({line["ip"] for line in lines}) > 30
