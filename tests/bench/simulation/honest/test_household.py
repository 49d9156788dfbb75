"""People of one home."""

import ipaddress

from bench.simulation.honest.household import household
from bench.simulation.world import World


def test_they_are_a_few_on_one_line(world: World) -> None:
    for _ in range(20):
        party = household(world, 9)
        lines = [party.member(world.at(day)) for day in party.days]
        nets = {ipaddress.ip_interface(f"{line['ip']}/{64 if ':' in line['ip'] else 32}").network for line in lines}
        assert 2 <= len(lines) <= 5
        assert len(nets) == 1


def test_some_share_a_computer_and_some_a_card(world: World) -> None:
    homes = [household(world, 9) for _ in range(100)]
    lines = [[home.member(world.at(day)) for day in home.days] for home in homes]

    def shared(name: str, key: str) -> int:
        found = [[line[name][key] for line in home if line[name]] for home in lines]
        return sum(len(set(values)) < len(values) for values in found)

    assert 15 < shared("device", "visitor_id") < 85
    assert 5 < shared("payment", "fingerprint") < 60
