"""Makes lists into MaxMind DB files, which are mapped and not loaded: a lookup takes under 1 us, in any process."""

import os
from collections.abc import Iterable
from pathlib import Path

import maxminddb
from mmdb_writer import MMDBWriter
from netaddr import IPNetwork, IPSet

from risk.intel.lists import Network

LISTED = {"listed": True}
# Each takes some 200 bytes while the file is made. Apple's list needs 2.7 million: 12 s and 600 MB, given back at once.
MOST_NODES = 5_000_000


class TooScattered(ValueError):
    """The networks lie so far apart that a file of them takes too much memory to make."""


def compile_list(networks: Iterable[Network], target: Path) -> None:
    """Write a file that has a record for every address of the networks, beside its place, and put it there in one step.

    Raises:
        OSError: the folder cannot be written.
        TooScattered: it would take more than MOST_NODES.

    """
    members = IPSet(IPNetwork((int(net.network_address), net.prefixlen), version=net.version) for net in networks)
    if nodes_of(members) > MOST_NODES:
        raise TooScattered("the networks lie too far apart")
    writer = MMDBWriter(6, "Gatehouse-List", ipv4_compatible=True, description="A list of networks")
    writer.insert_network(members, LISTED)
    growing = growing_beside(target)
    try:
        writer.to_db_file(str(growing))
        put(growing, target)
    finally:
        growing.unlink(missing_ok=True)


def nodes_of(members: IPSet) -> int:
    """How many nodes the search tree takes: each network's bits, less those that it shares with the one before."""
    nodes, before = 0, 0
    for network in members.iter_cidrs():
        bits = 128 if network.version == 6 else 32
        shared = bits - (network.first ^ before).bit_length()
        nodes += max(0, network.prefixlen - shared)
        before = network.first
    return nodes


def growing_beside(target: Path) -> Path:
    """Where a file grows until it is whole; in the same folder, so that it can be put in its place in one step."""
    return target.with_name(f".{target.name}.{os.getpid()}")


def put(growing: Path, target: Path) -> None:
    """Put a whole file in its place, on disk before it is seen, once it is known to open.

    Raises:
        maxminddb.InvalidDatabaseError: it is no database; what stood there before stays.
        OSError: it cannot be written.

    """
    with growing.open("rb") as file:
        os.fsync(file.fileno())
    with maxminddb.open_database(growing, maxminddb.MODE_AUTO):
        growing.replace(target)
