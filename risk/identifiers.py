"""The values a registration shows that another could show too, as keyed hashes."""

from enum import IntEnum

from config.lib.crypto import keyed_hash
from risk.facts import MailboxFacts, NetworkFacts
from risk.lookups.mailbox import canonical
from risk.lookups.network import canonical as canonical_address
from risk.lookups.network import prefix
from risk.lookups.phone import e164
from risk.registration import DeviceReport, PaymentReport, Registration


class IdentifierKind(IntEnum):
    """What kind of value. The numbers are stored: add, never change."""

    DEVICE = 1
    ADDRESS = 2
    NETWORK = 3  # the address's /24, or /64 of IPv6
    PHONE = 4
    CARD = 5
    MAILBOX = 6
    DOMAIN = 7


Identifiers = dict[IdentifierKind, int]


def identify(
    registration: Registration,
    *,
    device: DeviceReport | None,
    network: NetworkFacts | None,
    mailbox: MailboxFacts | None,
) -> Identifiers:
    """The identifiers of one registration. What is missing or malformed identifies nobody and is left out."""
    routable = network is not None and network.scope == "public"
    payment = registration.payment
    values = {
        IdentifierKind.DEVICE: device.visitor_id if device else None,
        IdentifierKind.ADDRESS: canonical_address(registration.ip) if routable and registration.ip else None,
        IdentifierKind.NETWORK: prefix(registration.ip) if routable and registration.ip else None,
        IdentifierKind.PHONE: e164(registration.phone),
        IdentifierKind.CARD: card_value(payment),
        IdentifierKind.MAILBOX: canonical(registration.email),
        # Half the world is at one provider: that it is shared says nothing, and its rows would be the most.
        IdentifierKind.DOMAIN: mailbox.domain if mailbox and mailbox.valid and not mailbox.free else None,
    }
    return {kind: hashed(kind, value) for kind, value in values.items() if value}


def card_value(payment: PaymentReport | None) -> str | None:
    """What a card is known by: its provider's fingerprint of it. None where there is none."""
    return f"{payment.provider}:{payment.fingerprint}" if payment and payment.fingerprint else None


def hashed(kind: IdentifierKind, value: str) -> int:
    """The keyed hash under which a value of a kind is stored and found again."""
    return keyed_hash(f"identifier:{kind.name.lower()}", value)
