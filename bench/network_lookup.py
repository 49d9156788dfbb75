"""What an address costs to look up with every source of network data, beside countries and systems alone.

`python -m bench.network_lookup [--sample N]`. Lists of the size that the published ones have are made with a fixed seed
and compiled as refresh_intel does it. Both lookups are asked for the same addresses in turns, half of them IPv6. The
last line is the ratio of the median times, all sources to the two alone.
"""

import argparse
import ipaddress
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mmdb_writer import MMDBWriter
from netaddr import IPSet

from risk.intel.build import FILES, build
from risk.intel.compiled import compile_list
from risk.intel.lists import Network
from risk.intel.sources import folder_of
from risk.lookups.network import AddressScope, NetworkLookup, scope

SEED = 20261123
TURNS = 7
# Entries and the length of their prefixes: Tor's list, Apple's (IPv6 /64 for the most part), open proxies.
MADE = {"tor": (1_300, 32, 128), "relay": (290_000, 31, 64), "proxy": (20_000, 32, 128)}


def public(dice: random.Random, version: int) -> str:
    """An address of the internet; of IPv6 from 2000::/4, where nearly all that is in use is."""
    while True:
        drawn = dice.getrandbits(32) if version == 4 else (0b0010 << 124) | dice.getrandbits(124)
        ip = str(ipaddress.ip_address(drawn) if version == 4 else ipaddress.IPv6Address(drawn))
        if scope(ip) is AddressScope.PUBLIC:
            return ip


def networks(dice: random.Random, entries: int, bits: tuple[int, int]) -> Iterator[Network]:
    """So many networks, a sixth of them of IPv4; those of IPv6 lie in a few /40, as providers' do."""
    blocks = [int(ipaddress.IPv6Address(public(dice, 6))) >> 88 << 88 for _ in range(6)]
    for number in range(entries):
        if number % 6 == 0:
            yield ipaddress.IPv4Network(f"{public(dice, 4)}/{bits[0]}", strict=False)
        else:
            yield ipaddress.IPv6Network((dice.choice(blocks) | dice.getrandbits(88), bits[1]), strict=False)


def prepare(home: Path, dice: random.Random) -> NetworkLookup:
    """A home with every source, all of them made here or packaged."""
    for name, (entries, ipv4, ipv6) in MADE.items():
        begun = time.perf_counter()
        target = folder_of(home) / f"{name}.mmdb"
        compile_list(networks(dice, entries, (ipv4, ipv6)), target)
        size = target.stat().st_size / 1e6
        print(f"{name:8}{entries:>9,} entries, compiled in {time.perf_counter() - begun:5.1f} s to {size:5.1f} MB")
    own = home / "anonymous.mmdb"
    writer = MMDBWriter(6, "GeoIP2-Anonymous-IP", ipv4_compatible=True)
    writer.insert_network(IPSet([str(net) for net in networks(dice, 50_000, (24, 48))]), {"is_anonymous_vpn": True})
    writer.to_db_file(str(own))
    return NetworkLookup(home, {"anonymous": str(own)})


def alone(home: Path, into: Path) -> NetworkLookup:
    """A home with countries and systems only."""
    folder_of(into).mkdir(parents=True)
    for name in FILES:
        (folder_of(into) / name).symlink_to(folder_of(home) / name)
    return NetworkLookup(into)


def spent(find: Callable[[str], object], addresses: list[str]) -> float:
    """Microseconds an address."""
    begun = time.perf_counter()
    for ip in addresses:
        find(ip)
    return (time.perf_counter() - begun) / len(addresses) * 1e6


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=50_000)
    sample = parser.parse_args().sample
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "all"
        build(home)
        lookups = {"countries and systems": alone(home, Path(folder) / "alone"), "all sources": prepare(home, dice)}
        known = lookups["all sources"].find("8.8.8.8")
        print(f"services known: {', '.join(known.services_known) if known else 'none'}")
        addresses = [public(dice, 4 + 2 * (number % 2)) for number in range(sample)]
        times: dict[str, list[float]] = {name: [] for name in lookups}
        for _ in range(TURNS):
            for name, lookup in lookups.items():
                times[name].append(spent(lookup.find, addresses))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, median in medians.items():
        print(f"find, {name:24}{median:7.2f} us")
    print(f"ratio: {medians['all sources'] / medians['countries and systems']:.2f}")


if __name__ == "__main__":
    main()
