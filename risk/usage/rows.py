"""What is stored of windows: counts, and keyed hashes of who and where, so that nothing leads back to an address."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from config.lib.crypto import keyed_hash
from risk.facts import HIDING
from risk.identifiers import hashed
from risk.intel.kinds import AsKind
from risk.kinds import IdentifierKind
from risk.lookups.network import AddressScope, NetworkRecord, NotAnAddress, parse, prefix_of, scope_of
from risk.usage.windows import UnreadableWindow, UsageWindow

NOTHING: Final = 0  # in place of a hash: it was not told
CLIENT_PURPOSE: Final = "usage:client"
REMEMBERED: Final = 200_000  # addresses: some 60 MB
REMEMBERED_SECONDS: Final = 60.0

Find = Callable[[str], NetworkRecord | None]


@dataclass(frozen=True, slots=True)
class Egress:
    """Where calls came from. `network` is NOTHING where the address is nobody's in the public network."""

    address: int
    network: int = NOTHING
    provider: int = NOTHING  # the AS number
    country: str = ""
    hosted: bool = False  # whether it is a host's, a VPN's or a relay's, where nobody lives


NOT_TOLD: Final = Egress(NOTHING)


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window as it is stored. Two of the same subject, start, address and client are one."""

    subject: int
    start: datetime
    egress: Egress
    client: int
    requests: int
    input_tokens: int
    output_tokens: int
    sketches: tuple[int, ...]


def egress_of(ip: str, find: Find) -> Egress:
    """Where an address is.

    Raises:
        UnreadableWindow: it is no address.

    """
    try:
        parsed = parse(ip)
    except NotAnAddress:
        raise UnreadableWindow("ip: not an address") from None
    spelt = str(parsed)
    address = hashed(IdentifierKind.ADDRESS, spelt)
    if scope_of(parsed) is not AddressScope.PUBLIC:
        return Egress(address)
    found = find(spelt)
    network = hashed(IdentifierKind.NETWORK, prefix_of(parsed))
    if found is None:
        return Egress(address, network)
    hosted = found.as_kind is AsKind.HOSTING or bool(HIDING.intersection(found.services))
    return Egress(address, network, found.asn or NOTHING, found.country or "", hosted)


@dataclass(slots=True)
class Egresses:
    """Where addresses are, remembered for a minute: one calls again and again, and network data seldom changes."""

    find: Find
    _known: dict[str, Egress] = field(default_factory=dict)
    _until: float = 0.0

    def of(self, ip: str) -> Egress:
        """Where an address is. Raises UnreadableWindow."""
        now, known = time.monotonic(), self._known
        if now >= self._until or len(known) >= REMEMBERED:
            known = self._known = {}
            self._until = now + REMEMBERED_SECONDS
        found = known.get(ip)  # of one dictionary: another thread may begin a new one meanwhile
        if found is None:
            found = known[ip] = egress_of(ip, self.find)
        return found


def client_of(name: str | None) -> int:
    """The number of a client by its name."""
    return keyed_hash(CLIENT_PURPOSE, name) if name else NOTHING


def row_of(window: UsageWindow, *, subject: int, egress: Egress, clients: Mapping[str, int]) -> WindowRow:
    """A window, with where it came from and the numbers of clients."""
    return WindowRow(
        subject=subject,
        start=window.window_start,
        egress=egress,
        client=clients[window.client] if window.client else NOTHING,
        requests=window.requests,
        input_tokens=window.input_tokens,
        output_tokens=window.output_tokens,
        sketches=tuple(dict.fromkeys(map(number_of, window.prompt_sketches))),
    )


def number_of(sketch: str) -> int:
    """A sketch of 16 hex digits as a signed 64-bit number, as PostgreSQL has it."""
    number = int(sketch, 16)
    return number - (1 << 64) if number >> 63 else number


def clients_of(names: Iterable[str | None]) -> dict[str, int]:
    """The numbers of clients, each made once."""
    return {name: client_of(name) for name in set(names) if name}
