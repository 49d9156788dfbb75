"""Colleagues of one firm."""

from collections import Counter

from bench.simulation.honest.company import company, founded
from bench.simulation.world import World


def test_they_share_a_domain_an_office_and_laptops_of_few_kinds(world: World) -> None:
    party = company(world, 90)
    while len(party.days) < 40:
        party = company(world, 90)
    lines = [party.member(world.at(day)) for day in party.days]
    visitors = Counter(line["device"]["visitor_id"] for line in lines if line["device"])
    assert len({line["email"].rpartition("@")[2] for line in lines}) == 1
    assert Counter(line["ip"] for line in lines).most_common(1)[0][1] > len(lines) / 2
    assert visitors.most_common(1)[0][1] > 2


def test_some_firms_pay_with_one_card(world: World) -> None:
    firms = [founded(world) for _ in range(100)]
    assert 15 < sum(firm.card is not None for firm in firms) < 50
    assert all(firm.issuer.country == firm.country.code for firm in firms)
