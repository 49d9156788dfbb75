"""A link on a busy page."""

from bench.simulation.honest.launch_spike import launch_spike
from bench.simulation.world import World


def test_ordinary_people_come_from_everywhere_within_hours(world: World) -> None:
    party = launch_spike(world, 300)
    lines = [party.member(world.at(day)) for day in party.days]
    start = sorted(party.days)
    assert start[len(start) // 2] - start[0] < 0.5 or start[-1] > 44  # which came round from the end
    assert len({line["device"]["timezone"] for line in lines if line["device"]}) > 5
    assert party.operator is None
