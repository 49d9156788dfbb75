"""People who come by themselves, as they differ from others."""

from bench.simulation.addresses import blocks
from bench.simulation.honest.singles import SINGLES, elderly, no_card_no_phone, stock_phone, traveller, vpn_user
from bench.simulation.networks import NETWORKS, Use
from bench.simulation.people import FIELDS
from bench.simulation.world import World


def number(address: str) -> int:
    one, two, three, four = map(int, address.split("."))
    return one << 24 | two << 16 | three << 8 | four


def test_each_sends_every_field(world: World) -> None:
    for single in SINGLES.values():
        assert set(single(world, world.at(3))) == set(FIELDS)


def test_people_behind_a_vpn_come_from_its_networks(world: World) -> None:
    ranges = [range_ for network in NETWORKS if network.use is Use.VPN for range_ in blocks(network).things]
    for _ in range(50):
        at = number(vpn_user(world, world.at(3))["ip"])
        assert any(first <= at < first + size for first, size in ranges)


def test_stock_phones_are_alike(world: World) -> None:
    devices = [stock_phone(world, world.at(3))["device"] for _ in range(400)]
    visitors = {device["visitor_id"] for device in devices if device}
    assert len(visitors) < 280


def test_some_travellers_keep_the_clock_of_home(world: World) -> None:
    lines = [traveller(world, world.at(3)) for _ in range(200)]
    clocks = {line["device"]["timezone"] for line in lines if line["device"]}
    assert len(clocks) > 12


def test_who_gives_neither_gives_neither(world: World) -> None:
    line = no_card_no_phone(world, world.at(3))
    assert line["phone"] is None
    assert line["payment"] is None


def test_slow_people_are_slow(world: World) -> None:
    forms = [elderly(world, world.at(3))["form"] for _ in range(100)]
    times = sorted(form["duration_ms"] for form in forms if form)
    assert times[len(times) // 2] > 40_000
