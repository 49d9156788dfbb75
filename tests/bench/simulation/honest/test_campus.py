"""Students of one university."""

from collections import Counter

from bench.simulation.honest.campus import campus
from bench.simulation.world import World


def test_they_share_a_network_and_many_a_mail_domain(world: World) -> None:
    party = campus(world, 100)
    lines = [party.member(world.at(day)) for day in party.days]
    rows = Counter(line["ip"].rpartition(".")[0] for line in lines)
    domains = Counter(line["email"].rpartition("@")[2] for line in lines if line["email"].count("@") == 1)
    assert rows.most_common(1)[0][1] > 0.7 * len(lines)
    assert any(0.3 * len(lines) < number < 0.7 * len(lines) for number in domains.values())
    assert max(party.days) - min(party.days) < 12 or max(party.days) > 44  # which came round from the end
