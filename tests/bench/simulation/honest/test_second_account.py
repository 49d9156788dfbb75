"""One person, two accounts."""

from bench.simulation.honest.second_account import second_account
from bench.simulation.world import World


def test_much_is_the_same_but_the_mailbox(world: World) -> None:
    pairs = []
    for _ in range(60):
        party = second_account(world, 5)
        pairs.append([party.member(world.at(day)) for day in sorted(party.days)])
    assert all(len(pair) == 2 and pair[0]["email"] != pair[1]["email"] for pair in pairs)
    assert all(pair[0]["payment"] == pair[1]["payment"] for pair in pairs)
    assert 25 < sum(bool(pair[0]["device"]) and pair[0]["device"] == pair[1]["device"] for pair in pairs) < 58
    assert second_account(world, 1).days[1:] == []
