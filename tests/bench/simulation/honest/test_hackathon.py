"""One hall, one afternoon."""

from bench.simulation.honest.hackathon import hackathon
from bench.simulation.world import World


def test_they_come_from_one_address_within_hours_with_their_own_mailboxes(world: World) -> None:
    party = hackathon(world, 100)
    lines = [party.member(world.at(day)) for day in party.days]
    assert len({line["ip"] for line in lines}) == 1
    assert len({line["email"].rpartition("@")[2] for line in lines}) > 3
    assert len(party.days) >= 25
