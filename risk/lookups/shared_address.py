"""How likely it is that strangers share an address: carrier-grade NAT, a campus, an office, a VPN.

What happens from a shared address says little of one who comes from it. But an address that counts as shared is worth
having for one who makes accounts by the hundred, so it must cost him more than it gives:

- The number of accounts says nothing. People are counted, no two of whom showed the same device, phone, card or
  mailbox.
- Nobody counts before he has been here for SETTLED; what happens in one day, or one week, changes nothing.
- At most PER_SLOT people count in each SLOT of four days: a crowd on one day is two people, strangers come for months.
- Only who was allowed counts, and counts no more once that is taken back, as with a ring that was found.
- Who proved nothing that costs money (a phone, a card, a document) is a quarter of a person, and all of them together
  are no household. Made-up devices and mailboxes alone therefore never make an address look shared.

So a home that is to look shared (0.5) costs 13 phones or cards, none used twice, over four weeks in which none of the
accounts is found out. What it buys is a higher threshold of velocity_network and velocity_address, from ten to forty;
no limit, no link and no ring goes by this number. An address that the kind of its network or a list tells to be shared
needs no such learning. The numbers here are hand-set: no public data says how many people stand behind which address.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import connection

from config.lib.sqlarrays import array
from risk.facts import NetworkFacts
from risk.identifiers import IdentifierKind, Identifiers
from risk.outcome import Outcome

SETTLED = timedelta(days=7)
SLOT = timedelta(days=4)
SLOTS = 21  # with SETTLED, 91 days back
PER_SLOT = 2
COSTLY_PROOFS = frozenset({"phone", "payment", "document"})
UNPROVEN = 0.25  # of a person
UNPROVEN_MOST = 3.0  # people, below HOUSEHOLD
HOUSEHOLD = 4.0  # people that a home may well have; more begin to tell
PER_PERSON = 0.35  # log-odds that each person more adds
MOST_SHOWN = 16  # identifiers looked at of one neighbour

# Likelihood before anybody was seen. Mobile carriers put nearly all their IPv4 users behind NAT (RFC 7021, RFC 6598).
PRIORS = {"mobile": 0.8, "campus": 0.6, "business": 0.3, "hosting": 0.15, "unknown": 0.1, "home": 0.05}
OTHER_PRIOR = 0.1
ENOUGH = 0.5  # likely; who came before is not looked at where the prior says so already
SERVICE_PRIORS = {"relay": 0.95, "vpn": 0.7, "tor": 0.7, "proxy": 0.7}
# A subscriber has a /64 or more of his own (RFC 6177), and needs no NAT.
IPV6_PRIOR_MOST = 0.3

# For each slot one index probe of at most PER_SLOT entries, and for each neighbour found one of what was last decided
# on him and one of what he showed: a bound on the cost that does not grow with the table or the crowd.
NEIGHBOURS_SQL = """
SELECT asked.number, neighbour.subject, judged.outcome, judged.proofs, shown.values
FROM unnest(%s::int[], %s::smallint[], %s::bigint[], %s::timestamptz[]) AS asked(number, kind, value, until)
CROSS JOIN generate_series(0, %s) AS slot(number)
CROSS JOIN LATERAL (
    SELECT seen.subject, seen.at FROM risk_identifier seen
    WHERE seen.kind = asked.kind AND seen.value = asked.value
        AND seen.at <= asked.until - slot.number * interval '1 second' * %s
        AND seen.at > asked.until - (slot.number + 1) * interval '1 second' * %s
    ORDER BY seen.at DESC LIMIT %s
) AS neighbour
LEFT JOIN LATERAL (
    SELECT assessed.outcome, assessed.facts -> 'proofs' AS proofs FROM risk_assessment assessed
    WHERE assessed.subject = neighbour.subject ORDER BY assessed.id DESC LIMIT 1
) AS judged ON true
LEFT JOIN LATERAL (
    SELECT array_agg(own.value) AS values FROM (
        SELECT value FROM risk_identifier WHERE subject = neighbour.subject AND kind = ANY(%s) LIMIT %s
    ) AS own
) AS shown ON true
ORDER BY asked.number, neighbour.at
"""
TELLING = [IdentifierKind.DEVICE, IdentifierKind.PHONE, IdentifierKind.CARD, IdentifierKind.MAILBOX]


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody comes from, and when."""

    at: datetime
    network: NetworkFacts | None
    identifiers: Identifiers


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody who came from the address before, with the keyed hashes of what he showed."""

    subject: int
    allowed: bool
    proofs: Collection[str]
    shown: frozenset[int]


def likelihoods(addresses: Sequence[Address]) -> list[float | None]:
    """For each address how likely strangers share it, 0 to 1; None for what is no address of the internet.

    Raises:
        django.db.DatabaseError: the database could not answer in time.

    """
    neighbours = _neighbours(addresses)
    return [
        estimate(address.network, neighbours[place]) if address.network else None
        for place, address in enumerate(addresses)
    ]


def estimate(network: NetworkFacts, neighbours: Iterable[Neighbour]) -> float | None:
    """The likelihood by the kind of network and by those who came before, the oldest first."""
    if network.scope == "shared":
        return 1.0  # 100.64.0.0/10 is there for carrier-grade NAT and for nothing else (RFC 6598)
    if network.scope != "public":
        return None
    chance = prior(network)
    log_odds = math.log(chance / (1 - chance)) + PER_PERSON * max(0.0, people(neighbours) - HOUSEHOLD)
    return round(1 / (1 + math.exp(-log_odds)), 4)


def prior(network: NetworkFacts) -> float:
    """The likelihood by the kind of network and the services on the address alone, above 0 and below 1."""
    listed = [SERVICE_PRIORS[service] for service in network.services or () if service in SERVICE_PRIORS]
    if listed:
        return max(listed)
    chance = PRIORS.get(network.as_kind or "", OTHER_PRIOR)
    return min(chance, IPV6_PRIOR_MOST) if network.version == 6 else chance


def people(neighbours: Iterable[Neighbour]) -> float:
    """How many unrelated people of good standing these are; who shares anything with one before is the same one."""
    seen: set[int] = set()
    proven = unproven = 0
    for neighbour in neighbours:
        if not neighbour.allowed or not neighbour.shown or neighbour.shown & seen:
            continue
        seen |= neighbour.shown
        if COSTLY_PROOFS & set(neighbour.proofs):
            proven += 1
        else:
            unproven += 1
    return proven + min(UNPROVEN_MOST, UNPROVEN * unproven)


def _neighbours(addresses: Sequence[Address]) -> dict[int, list[Neighbour]]:
    asked = [(place, *key, address.at - SETTLED) for place, address in enumerate(addresses) if (key := _key(address))]
    found: dict[int, list[Neighbour]] = defaultdict(list)
    if not asked:
        return found
    columns = [array(column) for column in zip(*asked, strict=True)]
    seconds = SLOT.total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(NEIGHBOURS_SQL, [*columns, SLOTS - 1, seconds, seconds, PER_SLOT, TELLING, MOST_SHOWN])
        for place, subject, outcome, proofs, shown in cursor.fetchall():
            found[place].append(_neighbour(subject, outcome, proofs, shown))
    return found


def _neighbour(subject: int, outcome: str | None, proofs: str | None, shown: list[int] | None) -> Neighbour:
    passed: list[str] = msgspec.json.decode(proofs) if proofs else []  # a cursor of Django's gives jsonb as text
    return Neighbour(subject, outcome == Outcome.ALLOW, frozenset(passed), frozenset(shown or ()))


def _key(address: Address) -> tuple[int, int] | None:
    """What the address is found by: itself where it is of IPv4, its /64 where it is of IPv6. None: nobody asks."""
    network = address.network
    if network is None or network.scope != "public" or prior(network) >= ENOUGH:
        return None
    kind = IdentifierKind.NETWORK if network.version == 6 else IdentifierKind.ADDRESS
    value = address.identifiers.get(kind)
    return None if value is None else (int(kind), value)
