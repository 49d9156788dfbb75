"""The values a registration shows that another could show too, as keyed hashes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from config.lib.crypto import settled_hash
from config.lib.peppers import LOW_BITS, spelling
from config.lib.sqlarrays import array, arrays
from risk.facts import MailboxFacts, NetworkFacts
from risk.kinds import IdentifierKind
from risk.lookups.card import bin_of
from risk.lookups.mail_providers import organisation
from risk.lookups.mailbox import canonical, stem
from risk.lookups.network import canonical as canonical_address
from risk.lookups.network import prefix
from risk.lookups.phone import e164
from risk.places import DIGITS, place
from risk.registration import PaymentReport, Registration
from risk.spelling import SETTLED, respelt, trace_respelt

__all__ = ["IdentifierKind", "Identifiers", "Shown", "card_value", "digest_value", "hashed", "identify", "store"]

Identifiers = dict[IdentifierKind, int]


def identify(
    registration: Registration,
    *,
    network: NetworkFacts | None,
    mailbox: MailboxFacts | None,
) -> Identifiers:
    """The identifiers of one registration. What is missing or malformed identifies nobody and is left out.

    The device's is not among them: it has to be recognised first.
    """
    routable = network is not None and network.scope == "public"
    payment = registration.payment
    mailbox_name, number = canonical(registration.email), e164(registration.phone)
    # What is known by its hash alone shares it with others of the same hash, and nothing else can be told of it.
    by_mailbox = mailbox_name or digest_value(registration.email_hash)
    by_phone = number or digest_value(registration.phone_hash)
    own = mailbox.domain if mailbox and mailbox.valid and not mailbox.free else None
    values = {
        IdentifierKind.ADDRESS: canonical_address(registration.ip) if routable and registration.ip else None,
        IdentifierKind.NETWORK: prefix(registration.ip) if routable and registration.ip else None,
        IdentifierKind.PHONE: by_phone,
        IdentifierKind.CARD: card_value(payment),
        IdentifierKind.MAILBOX: by_mailbox,
        # Half the world is at one provider: that it is shared says nothing, and its rows would be the most.
        IdentifierKind.DOMAIN: own and organisation(own),
        IdentifierKind.MAILBOX_STEM: stem(mailbox_name),
        IdentifierKind.CARD_BIN: bin_of(payment),
    }
    found = {kind: _settled(kind, value) for kind, value in values.items() if value}
    found |= _places(number, mailbox=mailbox, network=found.get(IdentifierKind.NETWORK))
    now = spelling().now
    return {kind: respelt(kind, value, of=0, to=now) for kind, value in found.items()}


def _places(number: str | None, *, mailbox: MailboxFacts | None, network: int | None) -> Identifiers:
    """The identifiers that tell near from far: a wide part in front, a narrow one behind."""
    found: Identifiers = {}
    if number:
        row, digits = number[:-DIGITS], number[-DIGITS:]
        found[IdentifierKind.PHONE_PLACE] = place("identifier:phone_place", row, digits)
    if mailbox and mailbox.domain and mailbox.shape:
        wide = _settled(IdentifierKind.MAILBOX_SHAPE, f"{mailbox.shape}@{mailbox.domain}") >> LOW_BITS
        found[IdentifierKind.MAILBOX_SHAPE] = wide << LOW_BITS | (network or 0) & ((1 << LOW_BITS) - 1)
    return found


def card_value(payment: PaymentReport | None) -> str | None:
    """What a card is known by: its provider's fingerprint of it. None where there is none."""
    return f"{payment.provider}:{payment.fingerprint}" if payment and payment.fingerprint else None


def digest_value(digest: str | None) -> str | None:
    """What a mailbox or phone is known by that a caller sends as a hash of its own."""
    return f"digest:{digest}" if digest else None


def hashed(kind: IdentifierKind, value: str) -> int:
    """The keyed hash under which a value of a kind is stored and found again."""
    return respelt(kind, _settled(kind, value), of=0, to=spelling().now)


def phone_place(number: str) -> int:
    """Where a number stands among its neighbours."""
    value = place("identifier:phone_place", number[:-DIGITS], number[-DIGITS:])
    return respelt(IdentifierKind.PHONE_PLACE, value, of=0, to=spelling().now)


def _settled(kind: IdentifierKind, value: str) -> int:
    return settled_hash(f"identifier:{kind.name.lower()}", value)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one subject showed at a moment. `trace` and `tells` are of new subjects only (risk.rings)."""

    subject: int
    at: datetime
    identifiers: Identifiers
    trace: Sequence[int] | None = None
    tells: Sequence[int] = ()


# One statement for both: a signup waits for as few as can be.
STORE_SQL = """
WITH traces AS (
    INSERT INTO risk_trace (subject, at, links, tells, spelling)
    SELECT subject, at, links::bigint[], tells::bigint[], spelling
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::smallint[])
        AS shown(subject, at, links, tells, spelling)
    ON CONFLICT (subject) DO NOTHING
)
INSERT INTO risk_identifier (subject, kind, value, at, spelling)
SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::timestamptz[], %s::smallint[])
"""


def store(shown: Iterable[Shown]) -> None:
    """Keep what subjects showed, each at its moment: what velocities count and links are made of.

    While keys are rotated, identifiers are kept in both spellings.
    """
    shown, spelt = list(shown), spelling()
    rows = [
        (each.subject, int(kind), respelt(kind, value, of=spelt.now, to=to), each.at, to)
        for each in shown
        for kind, value in each.identifiers.items()
        for to in (spelt.written if kind not in SETTLED else (spelt.now,))
    ]
    traced = [(each, each.trace) for each in shown if each.trace is not None]
    if not rows and not traced:
        return
    columns = map(array, zip(*rows, strict=True) if rows else ((),) * 5)
    of_traces = [
        array(each.subject for each, _ in traced),
        array(each.at for each, _ in traced),
        arrays(trace for _, trace in traced),
        arrays(each.tells for each, _ in traced),
        array(spelt.now for _ in traced),
    ]
    with connection.cursor() as cursor:
        cursor.execute(STORE_SQL, [*of_traces, *columns])


# What was shown first stays: who changes a number for another one has shown both, and the first is what a ring knows.
# A trace that another version made shorter is completed elsewhere (verification.tracing), and stays as long until then.
FILL_SQL = """
UPDATE risk_trace SET links = (
    SELECT array_agg(CASE WHEN before = 0 THEN coalesce(given, 0) ELSE before END ORDER BY place)
    FROM unnest(links, %s::bigint[]) WITH ORDINALITY AS both_of(before, given, place)
    WHERE place <= cardinality(links)
) WHERE subject = %s AND spelling = %s
"""


def fill(subject: int, trace: Sequence[int]) -> None:
    """Put links that a subject shows only now into its trace. One that has none gets none: it would lack where from."""
    spelt = spelling()
    with connection.cursor() as cursor:
        for to in spelt.written:  # it is in one of them
            cursor.execute(FILL_SQL, [array(trace_respelt(trace, of=spelt.now, to=to)), subject, to])
