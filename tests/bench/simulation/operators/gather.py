"""The accounts of one operator, in the order in which they come."""

from bench.simulation.population import OPERATORS
from bench.simulation.world import Party, Sent, World


def party_of(world: World, kind: str, accounts: int) -> Party:
    return OPERATORS[kind](world, accounts, f"{kind}-1")


def accounts_of(world: World, kind: str, accounts: int = 120) -> list[Sent]:
    party = party_of(world, kind, accounts)
    assert len(party.days) == accounts
    assert (party.group, party.operator) == ("operator", f"{kind}-1")
    return [party.member(world.at(day)) for day in sorted(party.days)]
