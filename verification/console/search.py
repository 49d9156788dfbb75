"""What an analyst may type to find somebody: any identifier of an account, in the way in which people write it.

An account id or the beginning of one, a signup id, a ring id; an e-mail address, a phone number, an IP address, a
network (/24 or /64), a mail domain; a device by its number here or by the visitor id that it shows. Values are stored
encrypted or not at all; they are found by the keyed hash under which their identifier stands, so each is one look into
an index however many accounts there are.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping

from risk.identifiers import IdentifierKind, hashed
from risk.lookups.mail_providers import organisation
from risk.lookups.mailbox import canonical
from risk.lookups.network import NotAnAddress, parse, prefix_of
from risk.lookups.phone import e164
from risk.models import Device, Identifier, RingMember
from tiers.models import Account
from verification.models import Signup

FOUND = 100  # accounts at most of each way of finding them, the newest
PER_PAGE = 20  # of what is found: half of what a page of the list takes is spent on its lines
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
NUMBER = re.compile(r"device[ :]? *(-?[0-9]{1,19})|(-?[0-9]{16,19})", re.IGNORECASE)  # as a case's page tells it
BITS = 63  # of a number, beside its sign
VISITOR = re.compile(r"[A-Za-z0-9_-]{8,64}")  # FingerprintJS's are 20 or 32 hexadecimal digits; others make their own
DEVICES = 10  # that are known by one visitor id, the newest
PREFIXES = {4: 24, 6: 64}  # lengths of the networks that identifiers are of


def _address(typed: str) -> str | None:
    try:
        return str(parse(typed))
    except NotAnAddress:
        return None


def _network(typed: str) -> str | None:
    """A network as people write it, 198.51.100.0/24, as identifiers have it."""
    if "/" not in typed:
        return None
    try:
        network = ipaddress.ip_network(typed, strict=False)
    except ValueError:
        return None
    return prefix_of(network.network_address) if network.prefixlen == PREFIXES[network.version] else None


def _domain(typed: str) -> str | None:
    lower = typed.lower().removeprefix("@")
    return organisation(lower) if DOMAIN.fullmatch(lower) and _address(lower) is None else None


VALUES: Mapping[IdentifierKind, Callable[[str], str | None]] = {
    IdentifierKind.MAILBOX: canonical,
    IdentifierKind.PHONE: e164,
    IdentifierKind.ADDRESS: _address,
    IdentifierKind.NETWORK: _network,
    IdentifierKind.DOMAIN: _domain,
}


def find_accounts(typed: str) -> set[int]:
    """The accounts that what was typed can mean: whose id begins with it, of that signup or ring, or that showed it."""
    typed = typed.strip()
    by_id = Account.objects.filter(account_id__startswith=typed).order_by("-pk").values_list("pk", flat=True)
    by_signup = Signup.objects.filter(public_id=typed).values_list("account_id", flat=True)
    in_ring = RingMember.objects.filter(ring__public_id=typed, left_at=None).order_by("-subject")
    by_ring = in_ring.values_list("subject", flat=True)[:FOUND] if typed.startswith("rng_") else ()
    return {*by_id[:FOUND], *by_signup, *by_ring, *_by_value(typed), *_by_device(typed)}


def _by_value(typed: str) -> Iterator[int]:
    for kind, normal in VALUES.items():
        if value := normal(typed):
            shown = Identifier.objects.filter(kind=kind, value=hashed(kind, value)).order_by("-at")
            yield from shown.values_list("subject", flat=True)[:FOUND]


def _by_device(typed: str) -> Iterator[int]:
    """Who came with a device, whatever it showed then."""
    if numbered := NUMBER.fullmatch(typed):
        number = int(numbered[1] or numbered[2])
        devices = [number] if -(2**BITS) <= number < 2**BITS else []
    elif VISITOR.fullmatch(typed):
        known = Device.objects.filter(visitor=hashed(IdentifierKind.DEVICE, typed)).order_by("-pk")
        devices = list(known.values_list("value", flat=True)[:DEVICES])
    else:
        return
    for device in devices:
        came = Identifier.objects.filter(kind=IdentifierKind.DEVICE, value=device).order_by("-at")
        yield from came.values_list("subject", flat=True)[:FOUND]
