"""The table of networks is sound: public ranges, none in two rows of another use."""

import ipaddress
from itertools import combinations

from bench.simulation.networks import NETWORKS
from bench.simulation.places import COUNTRIES


def test_every_range_is_public() -> None:
    ranges = [ipaddress.ip_network(text) for network in NETWORKS for text in (*network.ranges, network.six) if text]
    assert all(net.is_global for net in ranges)


def test_no_two_networks_share_addresses() -> None:
    rows = [(network, ipaddress.IPv4Network(text)) for network in NETWORKS for text in network.ranges]
    shared = [(one.name, other.name) for (one, net), (other, rest) in combinations(rows, 2) if net.overlaps(rest)]
    assert not shared


def test_every_country_has_a_network() -> None:
    assert {country.code for country in COUNTRIES} <= {network.place for network in NETWORKS}
