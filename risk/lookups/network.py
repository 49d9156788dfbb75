"""What an address tells of its network: country, autonomous system and kind, from files on disk.

The files are built at set-up (risk.intel.build) or are an operator's own GeoIP2, GeoLite2 or DB-IP ones. Where they are
missing or cannot be read, every answer is None: unknown, never a crash.
"""

import ipaddress
import logging
import time
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import maxminddb

from risk.intel.kinds import AsKind, classify
from risk.lookups.cleaning import clean

log = logging.getLogger(__name__)
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
    as_kind: AsKind


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
    address = parse(ip)
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
    address = parse(ip)
    bits = IPV4_BITS if address.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((address, bits), strict=False))


class NetworkLookup:
    """Reads the files of one install. Open one for a process; it may be used by several threads."""

    def __init__(self, home: Path, *, country_mmdb: str | None = None, asn_mmdb: str | None = None) -> None:
        folder = home / "intel"
        self._country = _open(Path(country_mmdb) if country_mmdb else folder / "country.mmdb")
        self._asn = _open(Path(asn_mmdb) if asn_mmdb else folder / "asn.mmdb")
        oldest = min((reader.metadata().build_epoch for reader in (self._country, self._asn) if reader), default=0)
        self._built = oldest  # seconds since 1970, of the older file

    def find(self, ip: str) -> NetworkRecord | None:
        """What is known of an address; None without data. Raises NotAnAddress."""
        address = parse(ip)
        if self._country is None or self._asn is None:
            return None
        try:
            network, country = self._asn.get(address), self._country.get(address)
        except (ValueError, maxminddb.InvalidDatabaseError):
            return None  # an IPv4-only file was asked for an IPv6 address, or the file is damaged inside
        asn, name = _system_of(network)
        return NetworkRecord(
            country=_country_of(country),
            asn=asn,
            as_name=name,
            as_kind=_kind(asn, name),
        )

    def age_days(self) -> float | None:
        """How old the older of the two files is; None without data."""
        if self._country is None or self._asn is None:
            return None
        return (time.time() - self._built) / 86400


def _open(path: Path) -> maxminddb.Reader | None:
    try:
        return maxminddb.open_database(path, maxminddb.MODE_AUTO)
    except (OSError, maxminddb.InvalidDatabaseError) as problem:
        log.warning("Network data cannot be read; addresses stay unknown.", extra={"why": type(problem).__name__})
        return None


@lru_cache(maxsize=100_000)
def _kind(asn: int | None, name: str | None) -> AsKind:
    return classify(asn, name or "") if asn is not None else AsKind.UNKNOWN


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
