"""What an address tells of its network: country, autonomous system and kind, from files on disk.

The files are built at set-up (risk.intel.build), refreshed by refresh_intel, or are an operator's own GeoIP2, GeoLite2
or DB-IP ones. What is missing, cannot be read or is too old is None: unknown, never a crash.
"""

import ipaddress
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import maxminddb
from prometheus_client import Gauge

from risk.intel.kinds import AsKind, classify
from risk.intel.sources import SOURCES, Format, Service, Source, files_of, is_url
from risk.lookups.cleaning import clean
from risk.lookups.watched import WatchedDatabase

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SHARED = ipaddress.ip_network("100.64.0.0/10")  # carrier-grade NAT (RFC 6598)
DOCUMENTATION = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),  # RFC 5737, 3849, 9637
    )
)
IPV4_BITS, IPV6_BITS = 24, 64  # what one subscriber line or one office stands behind (RFC 6177 for the /64)
LONGEST = 64  # characters; no address is longer
POLL_SECONDS = 5.0  # how long a replaced file may go unseen; a look costs a dozen stat calls
# docs.maxmind: the fields of GeoIP2 Anonymous IP
ANONYMOUS_FLAGS = {
    "is_tor_exit_node": Service.TOR,
    "is_anonymous_vpn": Service.VPN,
    "is_public_proxy": Service.PROXY,
    "is_residential_proxy": Service.RESIDENTIAL_PROXY,
    "is_hosting_provider": Service.HOSTING,
}
DATA_AGE = Gauge(
    "gatehouse_network_data_age_days",
    "How old each source of network data is, in days; NaN where there is none.",
    ["source"],
    multiprocess_mode="mostrecent",
)


class NotAnAddress(ValueError):
    """The text is no IP address."""


class AddressScope(StrEnum):
    """Where an address leads."""

    PUBLIC = "public"
    PRIVATE = "private"
    SHARED = "shared"
    LOOPBACK = "loopback"
    DOCUMENTATION = "documentation"
    RESERVED = "reserved"


@dataclass(frozen=True, slots=True)
class NetworkRecord:
    """What is known of the network of an address."""

    country: str | None  # ISO 3166-1 alpha-2
    asn: int | None
    as_name: str | None
    as_kind: AsKind | None  # None where the system is not known
    services: tuple[str, ...] = ()  # of risk.intel.sources.Service
    services_known: tuple[str, ...] = ()  # those that there is data of: one not listed here may be there unseen


def parse(ip: str) -> Address:
    """The address in a text; an IPv4 address that was written as IPv6 is one of IPv4.

    Raises:
        NotAnAddress: it is none, or has a zone, which means nothing outside its own machine.

    """
    if len(ip) > LONGEST or "%" in ip:
        raise NotAnAddress  # without the text: it may be personal, and it ends in logs
    try:
        address = ipaddress.ip_address(ip.strip())
    except ValueError:
        raise NotAnAddress from None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def scope(ip: str) -> AddressScope:
    """Where an address leads. Raises NotAnAddress."""
    return scope_of(parse(ip))


def scope_of(address: Address) -> AddressScope:
    """Where a parsed address leads."""
    if address.is_loopback:
        return AddressScope.LOOPBACK
    if any(address in network for network in DOCUMENTATION):
        return AddressScope.DOCUMENTATION
    if address in SHARED:
        return AddressScope.SHARED
    if address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local:
        return AddressScope.RESERVED
    if address.is_private:
        return AddressScope.PRIVATE
    return AddressScope.PUBLIC


def canonical(ip: str) -> str:
    """The address in its one spelling, so that another spelling of it is not another address. Raises NotAnAddress."""
    return str(parse(ip))


def prefix(ip: str) -> str:
    """The /24 of an IPv4 address, the /64 of an IPv6 one. Raises NotAnAddress."""
    return prefix_of(parse(ip))


def prefix_of(address: Address) -> str:
    """The same of a parsed address."""
    bits = IPV4_BITS if address.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((address, bits), strict=False))


@dataclass(frozen=True, slots=True)
class SourceAge:
    """How a source of the table stands. `days` is None where there is no data; `own` says that a setting names it."""

    source: Source
    days: float | None
    own: bool

    @property
    def stale(self) -> bool:
        """Whether it is so old that it counts as none."""
        return self.days is not None and self.days > self.source.stale_days


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What is read from at one time. Never changed: another takes its place."""

    ages: tuple[SourceAge, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    country: maxminddb.Reader | None = None
    asn: maxminddb.Reader | None = None
    lists: tuple[tuple[Service, maxminddb.Reader], ...] = ()
    anonymous: maxminddb.Reader | None = None
    services_known: tuple[Service, ...] = ()


class NetworkLookup:
    """Reads the files of one install. Open one for a process; it may be used by several threads.

    Files that were replaced are taken up within POLL_SECONDS, without a restart and without anyone waiting: one thread
    looks, the others read on from what there was.
    """

    def __init__(self, home: Path, places: Mapping[str, str] = MappingProxyType({})) -> None:
        """`places` are those of settings.NETWORK_DATA: by name of the source, a path or an address."""
        self._places = {name: place for name, place in places.items() if place}
        self._watched = {source: _watch(home, source, self._places.get(source.name)) for source in SOURCES}
        self._looking = threading.Lock()
        self._due = 0.0
        self._snapshot = _Snapshot()
        self.look_again()

    def find(self, ip: str) -> NetworkRecord | None:
        """What is known of an address; None without any data. Raises NotAnAddress."""
        address = parse(ip)
        now = self._current()
        if now.country is None and now.asn is None and not now.services_known:
            return None
        asn, name = _system_of(_get(now.asn, address))
        services = [service for service, reader in now.lists if _get(reader, address) is not None]
        if now.anonymous is not None:
            services += services_of(_get(now.anonymous, address))
        return NetworkRecord(
            country=_country_of(_get(now.country, address)),
            asn=asn,
            as_name=name,
            as_kind=_kind(asn, name) if asn is not None else None,
            services=tuple(sorted(set(services))) if services else (),
            services_known=now.services_known,
        )

    def missing(self) -> Mapping[str, str]:
        """Which data is not there or too old to count, by name. A service that nobody set up is not missed."""
        return self._current().missing

    def ages(self) -> tuple[SourceAge, ...]:
        """How each source of the table stands."""
        return self._current().ages

    def look_again(self) -> None:
        """Take up what was replaced on disk, now."""
        with self._looking:
            self._snapshot = self._look(time.time())
            self._due = time.monotonic() + POLL_SECONDS

    def _current(self) -> _Snapshot:
        if time.monotonic() >= self._due and self._looking.acquire(blocking=False):
            try:
                self._snapshot = self._look(time.time())
                self._due = time.monotonic() + POLL_SECONDS
            finally:
                self._looking.release()
        return self._snapshot

    def _look(self, now: float) -> _Snapshot:
        ages, fresh = [], {}
        for source, files in self._watched.items():
            opened = max((found for file in files if (found := file.look())), key=lambda one: one.as_of, default=None)
            days = max(0.0, now - opened.as_of) / 86400 if opened else None
            ages.append(age := SourceAge(source, days, own=source.name in self._places))
            DATA_AGE.labels(source.name).set(float("nan") if days is None else days)
            if opened and not age.stale:
                fresh[source.name] = opened.reader
        known = {service for source in SOURCES if source.name in fresh for service in source.tells}
        lists = tuple(
            (source.tells[0], fresh[source.name])
            for source in SOURCES
            if source.format is not Format.MMDB and source.name in fresh
        )
        return _Snapshot(
            ages=tuple(ages),
            missing=_missing(ages),
            country=fresh.get("country"),
            asn=fresh.get("asn"),
            lists=lists,
            anonymous=fresh.get("anonymous"),
            services_known=tuple(sorted(known)),
        )


def _watch(home: Path, source: Source, place: str | None) -> tuple[WatchedDatabase, ...]:
    loose = source.format is Format.MMDB and place is not None and not is_url(place)
    return tuple(WatchedDatabase(path, loose=loose) for path in files_of(home, source, place))


def _missing(ages: Iterable[SourceAge]) -> Mapping[str, str]:
    needed = {age.source.name: age for age in ages if age.own or age.days is not None or not age.source.tells}
    why = {name: "no data" if age.days is None else "stale" for name, age in needed.items()}
    return MappingProxyType({name: why[name] for name, age in needed.items() if age.days is None or age.stale})


def _get(reader: maxminddb.Reader | None, address: Address) -> Any:
    """The record of an address; None where a file has none, is for IPv4 alone, or is damaged inside."""
    if reader is None:
        return None
    try:
        return reader.get(address)
    except (ValueError, maxminddb.InvalidDatabaseError):
        return None


def services_of(record: Any) -> list[Service]:
    """The services of a record of GeoIP2 Anonymous IP, whose flags are there only where they are true."""
    if not isinstance(record, dict):
        return []
    return [service for flag, service in ANONYMOUS_FLAGS.items() if record.get(flag) is True]


@lru_cache(maxsize=100_000)
def _kind(asn: int, name: str | None) -> AsKind:
    return classify(asn, name or "")


def _system_of(record: Any) -> tuple[int | None, str | None]:
    """Number and name of the AS of a record, as GeoLite2, DB-IP and ip-location-db all name them."""
    fields = record if isinstance(record, dict) else {}
    asn, name = fields.get("autonomous_system_number"), fields.get("autonomous_system_organization")
    return asn if isinstance(asn, int) else None, clean(name) if isinstance(name, str) else None


def _country_of(record: Any) -> str | None:
    """The country of a record of ip-location-db (`country_code`) or of MaxMind and DB-IP (`country.iso_code`)."""
    if not isinstance(record, dict):
        return None
    country = record.get("country")
    code = country.get("iso_code") if isinstance(country, dict) else record.get("country_code")
    return code if isinstance(code, str) else None
