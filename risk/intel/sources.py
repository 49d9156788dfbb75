"""The sources of network data: a table. docs/adr/0009-network-services.md says where each can come from.

A place is a file path or an http(s) address in a setting. Lists are compiled by `refresh_intel`; an mmdb file of the
operator's own is read where it stands, and one at an address is fetched.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FETCHED = "refreshed"  # the folder beside what set-up built


class Service(StrEnum):
    """What an address is used for by others than the one who sits at the machine."""

    TOR = "tor"  # an exit of the Tor network
    VPN = "vpn"  # an exit of a commercial VPN
    RELAY = "relay"  # an exit of a relay that knows its users, such as iCloud Private Relay
    PROXY = "proxy"  # a proxy open to all
    RESIDENTIAL_PROXY = "residential_proxy"  # a household's line, rented out
    HOSTING = "hosting"  # machines for rent


class Format(StrEnum):
    """How a source is written."""

    LIST = "list"  # an address or a network in CIDR form on each line; # and ; begin comments
    TOR = "tor"  # the bulk list (an address a line), or the exit list with its ExitAddress lines
    APPLE = "apple"  # egress-ip-ranges.csv: network, country, region, city
    MMDB = "mmdb"  # a MaxMind DB file, also gzipped


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of data. Past `stale_days` it is as if there were none; it is looked for every `every_hours`."""

    name: str
    setting: str
    format: Format
    tells: tuple[Service, ...]
    stale_days: int
    every_hours: int


# Exits of Tor come and go by the day; ranges that companies own, by the quarter; countries and ASes, by the year.
SOURCES = (
    Source("country", "COUNTRY_MMDB", Format.MMDB, (), stale_days=365, every_hours=24),
    Source("asn", "ASN_MMDB", Format.MMDB, (), stale_days=365, every_hours=24),
    Source("tor", "TOR_EXITS", Format.TOR, (Service.TOR,), stale_days=3, every_hours=4),
    Source("relay", "RELAY_RANGES", Format.APPLE, (Service.RELAY,), stale_days=180, every_hours=24),
    Source("vpn", "VPN_RANGES", Format.LIST, (Service.VPN,), stale_days=180, every_hours=24),
    Source("proxy", "PROXY_RANGES", Format.LIST, (Service.PROXY,), stale_days=7, every_hours=4),
    Source("hosting", "HOSTING_RANGES", Format.LIST, (Service.HOSTING,), stale_days=180, every_hours=24),
    Source(
        "anonymous",
        "ANONYMOUS_IP_MMDB",
        Format.MMDB,
        (Service.TOR, Service.VPN, Service.PROXY, Service.RESIDENTIAL_PROXY, Service.HOSTING),
        stale_days=30,
        every_hours=24,
    ),
)


def is_url(place: str) -> bool:
    """Whether a place is to be fetched; any other is a path."""
    return place.lower().startswith(("http://", "https://"))


def folder_of(home: Path) -> Path:
    """Where the files of an install are."""
    return home / "intel"


def built_file(home: Path, source: Source) -> Path:
    """Where set-up leaves what packages carry for a source."""
    return folder_of(home) / f"{source.name}.mmdb"


def fetched_file(home: Path, source: Source) -> Path:
    """Where refresh_intel leaves what it made of a source."""
    return folder_of(home) / FETCHED / f"{source.name}.mmdb"


def files_of(home: Path, source: Source, place: str | None) -> tuple[Path, ...]:
    """The files that may hold a source's data. The operator's own mmdb file stands alone; else the newest counts."""
    if place is None:
        return (built_file(home, source),)
    if source.format is Format.MMDB and not is_url(place):
        return (Path(place),)
    return fetched_file(home, source), built_file(home, source)
