"""Lists that others keep and that change under us: of networks, and of the domains of mailbox providers.

Each has a version, which is cheap to ask for, and entries, which are read where the version is another than before.
"""

import hashlib
import ipaddress
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

import maxminddb

from risk.half_lives import Evidence
from risk.identifiers import hashed
from risk.intel import stamps
from risk.intel.sources import SOURCES, Format, Source, fetched_file
from risk.kinds import IdentifierKind
from risk.lookups.mail_providers import listed_disposable, listed_free, organisation
from risk.lookups.network import IPV4_BITS, IPV6_BITS

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PREFIXES_MOST = 250_000  # of one change of a list: half a second to hash, some seconds to find
WIDEST = 16  # bits of an entry above those of a stored network: a wider one is 65,536 networks and more


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is here now. `newer` says whether only a later version is news, or any other one.

    `values` gives of entries those identifiers of a kind that can have shown one; what it cannot name is left to age.
    """

    name: str
    version: str
    newer: bool
    evidence: Evidence
    kind: IdentifierKind
    entries: Callable[[], frozenset[str]]
    values: Callable[[Collection[str]], Iterator[int]]

    def is_news(self, seen: str) -> bool:
        """Whether this is to be told where a version was seen before."""
        return self.version > seen if self.newer else self.version != seen


def listings(home: Path, places: Mapping[str, str]) -> list[Listing]:
    """Every list that there is. `places` as in settings.NETWORK_DATA."""
    fetched = [_fetched(fetched_file(home, source), source) for source in SOURCES if places.get(source.name)]
    return [*(one for one in fetched if one is not None), *_packaged()]


def _fetched(path: Path, source: Source) -> Listing | None:
    """A list of networks that refresh_intel brought; None for a database, whose entries are no list."""
    stamp = stamps.read(path) if source.format is not Format.MMDB else None
    if stamp is None:
        return None
    version = f"{stamp.as_of:020.6f}"
    return Listing(
        source.name,
        version,
        newer=True,
        evidence=Evidence.NETWORK,
        kind=IdentifierKind.NETWORK,
        entries=partial(_networks, path),
        values=_network_values,
    )


def _networks(path: Path) -> frozenset[str]:
    with maxminddb.open_database(path, maxminddb.MODE_AUTO) as database:
        return frozenset(str(_narrowed(network)) for network, _ in database)


def _narrowed(network: Network) -> Network:
    """An IPv4 network, which such a file keeps as ::a.b.c.d, as itself."""
    if isinstance(network, ipaddress.IPv6Network) and network.prefixlen >= 96 and int(network.network_address) < 2**32:
        return ipaddress.IPv4Network((int(network.network_address), network.prefixlen - 96))
    return network


def _network_values(entries: Collection[str]) -> Iterator[int]:
    """The narrow ones first: where there is too much for all, age finds what is left."""
    narrow_first = sorted(map(ipaddress.ip_network, entries), key=lambda network: -network.prefixlen)
    every = (prefix for network in narrow_first for prefix in prefixes_of(network))
    return (hashed(IdentifierKind.NETWORK, prefix) for prefix in islice(every, PREFIXES_MOST))


def prefixes_of(network: Network) -> Iterator[str]:
    """The networks of a subscriber, as identifiers have them, that a network holds or lies in. Of a wide one none."""
    bits = IPV4_BITS if network.version == 4 else IPV6_BITS
    if network.prefixlen >= bits:
        yield str(network.supernet(new_prefix=bits))
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
        )


@lru_cache(maxsize=4)
def _digest(entries: frozenset[str]) -> str:
    return hashlib.sha256("\n".join(sorted(entries)).encode()).hexdigest()


def _domain_values(entries: Collection[str]) -> Iterator[int]:
    return (hashed(IdentifierKind.DOMAIN, organisation(domain)) for domain in entries)
