"""Makes lists into MaxMind DB files, which are mapped and not loaded: a lookup takes under 1 us, in any process."""

import os
from collections.abc import Iterable
from pathlib import Path

import maxminddb
from mmdb_writer import MMDBWriter
from netaddr import IPNetwork, IPSet

from risk.intel.lists import Network

LISTED = {"listed": True}


def compile_list(networks: Iterable[Network], target: Path) -> None:
    """Write a file that has a record for every address of the networks, beside its place, and put it there in one step.

    Raises:
        OSError: the folder cannot be written.

    """
    writer = MMDBWriter(6, "Gatehouse-List", ipv4_compatible=True, description="A list of networks")
    members = (IPNetwork((int(net.network_address), net.prefixlen), version=net.version) for net in networks)
    writer.insert_network(IPSet(members), LISTED)
    growing = growing_beside(target)
    try:
        writer.to_db_file(str(growing))
        put(growing, target)
    finally:
        growing.unlink(missing_ok=True)


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
