"""Addresses of the networks, as customers have them: some by IPv6, those of carriers by shared gateways."""

import ipaddress
from functools import cache

from bench.simulation.dice import Dice, Weighted
from bench.simulation.networks import NETWORKS, Network, Use

GATEWAYS, ROW = 50, 8  # a carrier's customers leave by so many rows of so many addresses in each range
SIX_SHARE = 0.45  # of customers, where the network has IPv6
FALLBACKS = {Use.HOME: Use.MOBILE, Use.MOBILE: Use.HOME, Use.OFFICE: Use.HOME, Use.CAMPUS: Use.HOME}


@cache
def choices(place: str, use: Use) -> Weighted[Network]:
    """The networks of a country for a use; for the next best use where it has none."""
    rows = [(network, network.share) for network in NETWORKS if (network.place, network.use) == (place, use)]
    return Weighted(rows) if rows else choices(place, FALLBACKS[use])


@cache
def blocks(network: Network) -> Weighted[tuple[int, int]]:
    """First address and size of each range, larger ones oftener."""
    nets = [ipaddress.IPv4Network(text) for text in network.ranges]
    return Weighted([((int(net.network_address), net.num_addresses), float(net.num_addresses)) for net in nets])


def network_of(dice: Dice, place: str, use: Use) -> Network:
    """A network of a country, or of the next best use that the country has."""
    return dice.one(choices("" if use in {Use.HOSTING, Use.VPN} else place, use))


def address(dice: Dice, network: Network) -> str:
    """An address of a customer of a network."""
    if network.six and dice.chance(SIX_SHARE):
        return _six(dice, network.six)
    first, size = dice.one(blocks(network))
    if network.use is Use.MOBILE:
        return gateway(dice, first, size)
    return dotted(first + dice.randrange(1, size - 1))


def four(dice: Dice, network: Network) -> str:
    """An IPv4 address of a network: servers and offices stand behind one."""
    first, size = dice.one(blocks(network))
    return gateway(dice, first, size) if network.use is Use.MOBILE else dotted(first + dice.randrange(1, size - 1))


def gateway(dice: Dice, first: int, size: int) -> str:
    """One of a carrier's gateways, some busier than others."""
    rows = min(GATEWAYS, size // 256)
    return dotted(first + 256 * int(rows * dice.random() ** 2) + 8 + dice.randrange(ROW))


def _six(dice: Dice, text: str) -> str:
    """An address of a line of its own: the first 64 bits are the line's, the rest is drawn by the device."""
    net = ipaddress.IPv6Network(text)
    line = (int(net.network_address) >> 64) + dice.getrandbits(64 - net.prefixlen)
    return str(ipaddress.IPv6Address((line << 64) + dice.getrandbits(64)))


def neighbour(dice: Dice, text: str) -> str:
    """Another address of the same line, or of the same 256."""
    if ":" in text:
        line = int(ipaddress.IPv6Address(text)) >> 64
        return str(ipaddress.IPv6Address((line << 64) + dice.getrandbits(64)))
    return f"{text.rpartition('.')[0]}.{dice.randrange(1, 255)}"


def same_line(dice: Dice, text: str) -> str:
    """What another device on the same line has: by IPv4 the same, by IPv6 one of its own."""
    return neighbour(dice, text) if ":" in text else text


def dotted(number: int) -> str:
    """An IPv4 address as text, never the first or last of its 256."""
    last = min(max(number & 255, 1), 254)
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{last}"
