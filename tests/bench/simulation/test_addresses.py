"""Addresses lie in their networks' ranges, and are shared as customers share them."""

import ipaddress

import pytest

from bench.simulation.addresses import address, four, neighbour, network_of, same_line
from bench.simulation.dice import Dice
from bench.simulation.networks import NETWORKS, Network, Use


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: f"{network.place}-{network.name}-{network.use}")
def test_an_address_lies_in_its_network(network: Network) -> None:
    dice = Dice(network.name)
    ranges = [ipaddress.ip_network(text) for text in (*network.ranges, network.six) if text]
    for _ in range(200):
        found = ipaddress.ip_address(address(dice, network))
        assert any(found in net for net in ranges if net.version == found.version)


def test_customers_of_a_carrier_share_addresses_and_those_of_a_line_do_not() -> None:
    dice = Dice("one")
    rows = {network.name: network for network in NETWORKS}
    behind_gateways = [four(dice, rows["Jio"]) for _ in range(3000)]
    at_home = [four(dice, rows["Comcast"]) for _ in range(3000)]
    assert len(set(behind_gateways)) < 1300
    assert len(set(at_home)) > 2990


def test_a_country_without_a_campus_network_falls_back_on_homes() -> None:
    assert network_of(Dice("one"), "PL", Use.CAMPUS).use is Use.HOME
    assert network_of(Dice("one"), "PL", Use.HOSTING).place == ""


def test_devices_on_one_line_have_one_ipv4_address_or_one_64() -> None:
    dice = Dice("one")
    assert same_line(dice, "73.0.0.9") == "73.0.0.9"
    other = same_line(dice, "2601:c00::1:2:3:4")
    assert other != "2601:c00::1:2:3:4"
    assert ipaddress.ip_address(other) in ipaddress.ip_network("2601:c00:0:0::/64", strict=False)
    assert neighbour(dice, "73.0.0.9").startswith("73.0.0.")
