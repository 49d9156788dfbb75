"""Lists that others keep and that change under us: of networks, and of the domains of mailbox providers.

Each has a version, which is cheap to ask for, and entries, which are read where the version is another than before.
"""

import hashlib
import ipaddress
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import maxminddb

from risk.half_lives import Evidence
from risk.identifiers import hashed
from risk.intel import stamps
from risk.intel.sources import SOURCES, Format, Source, files_of
from risk.kinds import IdentifierKind
from risk.lookups.mail_providers import listed_disposable, listed_free, organisation
from risk.lookups.network import IPV4_BITS, IPV6_BITS, services_of
from risk.lookups.watched import open_copy

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
WIDEST = 16  # bits of an entry above those of a stored network: a wider one is 65,536 networks and more


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is here now. `newer` says whether only a later version is news, or any other one.

    `values` gives of entries those identifiers of a kind that can have shown one, `cost` how many these are of one
    entry; what they cannot name is left to age, and costs nothing.
    """

    name: str
    version: str
    newer: bool
    evidence: Evidence
    kind: IdentifierKind
    entries: Callable[[], frozenset[str]]
    values: Callable[[Collection[str]], Iterator[int]]
    cost: Callable[[str], int]

    def is_news(self, seen: str) -> bool:
        """Whether this is to be told where a version was seen before."""
        return self.version > seen if self.newer else self.version != seen


def listings(home: Path, places: Mapping[str, str]) -> list[Listing]:
    """Every list that there is. `places` as in settings.NETWORK_DATA."""
    found = [_of_source(home, source, places.get(source.name) or None) for source in SOURCES if source.tells]
    return [*(one for one in found if one is not None), *_packaged()]


def _of_source(home: Path, source: Source, place: str | None) -> Listing | None:
    """A list of networks that is in use: one that refresh_intel brought or set-up built, or a database's."""
    find = _database if source.format is Format.MMDB else _compiled
    found = [one for file in files_of(home, source, place) if (one := find(file)) is not None]
    if not found:
        return None
    version, entries = max(found, key=lambda one: one[0])
    return Listing(
        source.name,
        version,
        newer=True,
        evidence=Evidence.NETWORK,
        kind=IdentifierKind.NETWORK,
        entries=entries,
        values=_network_values,
        cost=_network_cost,
    )


Read = tuple[str, Callable[[], frozenset[str]]]  # a version, and what reads its entries


def _compiled(path: Path) -> Read | None:
    stamp = stamps.read(path)
    return None if stamp is None else (f"{stamp.as_of:020.6f}", partial(_networks, path))


def _database(path: Path) -> Read | None:
    """Of one whose records name services. Its owner may write over it, so only as much is read as says its version."""
    try:
        with maxminddb.open_database(path, maxminddb.MODE_FILE) as database:
            return f"{database.metadata().build_epoch:020.6f}", partial(_serving, path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError):
        return None  # risk.lookups.watched tells of it


def _networks(path: Path) -> frozenset[str]:
    with maxminddb.open_database(path, maxminddb.MODE_AUTO) as database:
        return frozenset(str(_narrowed(network)) for network, _ in database)


def _serving(path: Path) -> frozenset[str]:
    """The networks of a database that serve for something, each with a digest of what for.

    Those within one stored network are one entry: such a database names addresses by the million.
    """
    told: dict[Network, int] = defaultdict(int)
    with open_copy(path) as database:
        for network, record in database:
            if services := services_of(record):
                narrowed = _narrowed(network)
                served = hashlib.blake2b(" ".join([str(narrowed), *services]).encode(), digest_size=8).digest()
                told[_stored(narrowed)] ^= int.from_bytes(served, "big")
    return frozenset(f"{network} {served:016x}" for network, served in told.items())


def _narrowed(network: Network) -> Network:
    """An IPv4 network, which such a file keeps as ::a.b.c.d, as itself."""
    if isinstance(network, ipaddress.IPv6Network) and network.prefixlen >= 96 and int(network.network_address) < 2**32:
        return ipaddress.IPv4Network((int(network.network_address), network.prefixlen - 96))
    return network


def _stored(network: Network) -> Network:
    """The network that identifiers have of one that lies within; any other as it is."""
    bits = IPV4_BITS if network.version == 4 else IPV6_BITS
    return network.supernet(new_prefix=bits) if network.prefixlen >= bits else network


def _network_of(entry: str) -> Network:
    return ipaddress.ip_network(entry.partition(" ")[0])


def _network_values(entries: Collection[str]) -> Iterator[int]:
    return (hashed(IdentifierKind.NETWORK, prefix) for entry in entries for prefix in prefixes_of(_network_of(entry)))


def _network_cost(entry: str) -> int:
    network = _network_of(entry)
    wider = (IPV4_BITS if network.version == 4 else IPV6_BITS) - network.prefixlen
    return 2 ** max(0, wider) if wider <= WIDEST else 0


def prefixes_of(network: Network) -> Iterator[str]:
    """The networks of a subscriber, as identifiers have them, that a network holds or lies in. Of a wide one none."""
    bits = IPV4_BITS if network.version == 4 else IPV6_BITS
    if network.prefixlen >= bits:
        yield str(_stored(network))
    elif bits - network.prefixlen <= WIDEST:
        yield from map(str, network.subnets(new_prefix=bits))


def _packaged() -> Iterator[Listing]:
    for name, entries in (("disposable_domains", listed_disposable()), ("free_domains", listed_free())):
        yield Listing(
            name,
            _digest(entries),
            newer=False,
            evidence=Evidence.MAILBOX,
            kind=IdentifierKind.DOMAIN,
            entries=partial(frozenset, entries),
            values=_domain_values,
            cost=lambda _: 1,
        )


@lru_cache(maxsize=4)
def _digest(entries: frozenset[str]) -> str:
    return hashlib.sha256("\n".join(sorted(entries)).encode()).hexdigest()


def _domain_values(entries: Collection[str]) -> Iterator[int]:
    return (hashed(IdentifierKind.DOMAIN, organisation(domain)) for domain in entries)
