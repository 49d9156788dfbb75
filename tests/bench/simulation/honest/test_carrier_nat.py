"""Strangers behind one gateway."""

from bench.simulation.honest.carrier_nat import carrier_nat
from bench.simulation.world import World


def test_they_share_an_address_and_nothing_else(world: World) -> None:
    party = carrier_nat(world, 60)
    lines = [party.member(world.at(day)) for day in party.days]
    assert len({line["ip"] for line in lines}) == 1
    assert len({line["email"] for line in lines}) == len(lines)
    cards = [line["payment"]["fingerprint"] for line in lines if line["payment"]]
    assert len(set(cards)) == len(cards)
