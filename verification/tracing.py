"""Traces are made for accounts that have none, or one of fewer links than detection reads: an upgrade leaves such.

A trace is made again from what is kept of the signup: what was sent (encrypted), what our page saw, the facts of the
first and the last decision, and the keyed hashes of what was shown. What cannot be read any more leaves its links
empty. A run that was stopped is simply run again: it does what is left to do.
"""

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Q

from config.lib.crypto import DecryptionError, decrypt
from config.lib.peppers import number
from config.lib.sqlarrays import array, arrays
from risk.devices import PageReport, user_of
from risk.facts import Facts
from risk.identifiers import Identifiers
from risk.kinds import IdentifierKind
from risk.models import Identifier
from risk.registration import DeviceReport, Registration
from risk.rings.links import STORED
from risk.rings.tells import WORDS, told
from risk.rings.traces import Trace, later, trace_of
from risk.spelling import SETTLED
from tiers.models import Account
from verification.intake import to_registration
from verification.shards import Range, ranges

log = logging.getLogger(__name__)
CHUNK = 500  # accounts to a transaction: about half a second
FACTS = msgspec.json.Decoder(Facts)
UNREADABLE = (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError)  # rows of another release

WANTING = """
FROM tiers_account account LEFT JOIN risk_trace trace ON trace.subject = account.id
WHERE account.id BETWEEN %s AND %s AND NOT account.test
AND (trace.subject IS NULL OR cardinality(trace.links) < %s OR cardinality(trace.tells) < %s)
"""
WHO_SQL = f"SELECT account.id {WANTING} ORDER BY account.id"
COUNT_SQL = f"SELECT count(*) {WANTING}"
KEPT_SQL = """
SELECT account.id, account.account_id, account.created_at, signup.person, first.facts::text, first.reasons::text,
    last.facts::text
FROM tiers_account account JOIN verification_signup signup ON signup.account_id = account.id
CROSS JOIN LATERAL (SELECT facts, reasons FROM risk_assessment WHERE subject = account.id ORDER BY id LIMIT 1) first
CROSS JOIN LATERAL (SELECT facts FROM risk_assessment WHERE subject = account.id ORDER BY id DESC LIMIT 1) last
WHERE account.id = ANY(%s::bigint[])
"""
SEEN_SQL = """
SELECT used_by, used_at, report FROM risk_sighting WHERE used_by = ANY(%s::bigint[]) ORDER BY used_at
"""
# An account that is erased meanwhile gets none. What a trace holds stays, a shorter one gets what it lacks.
KEEP_SQL = """
INSERT INTO risk_trace (subject, at, links, tells, spelling)
SELECT made.subject, made.at, made.links::bigint[], made.tells::bigint[], %s
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[]) AS made(subject, at, links, tells)
JOIN tiers_account account ON account.id = made.subject FOR KEY SHARE OF account
ON CONFLICT (subject) DO UPDATE SET
    links = risk_trace.links || excluded.links[cardinality(risk_trace.links) + 1 :],
    tells = risk_trace.tells || excluded.tells[cardinality(risk_trace.tells) + 1 :]
WHERE cardinality(risk_trace.links) < cardinality(excluded.links)
    OR cardinality(risk_trace.tells) < cardinality(excluded.tells)
"""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of one signup."""

    subject: int
    account_id: str
    at: datetime
    person: bytes
    first: str
    reasons: str
    last: str


@dataclass(frozen=True, slots=True)
class _Made:
    subject: int
    at: datetime
    trace: Trace
    tells: Sequence[int]


def wanting() -> int:
    """How many accounts detection does not see, or sees less of than it could."""
    found = 0
    with connection.cursor() as cursor:
        for ids in ranges(Account.objects.all()):
            cursor.execute(COUNT_SQL, [*ids, STORED, WORDS])
            found += cursor.fetchone()[0]
    return found


def make_traces(*, seconds: float = math.inf, progress: Progress = lambda _: None) -> int:
    """Make what is wanting, in chunks; how many traces were made or completed. After so many `seconds` it ends.

    `progress` hears of each chunk how many accounts it had. Accounts whose rows cannot be read are passed over.
    """
    until = time.monotonic() + seconds
    made = 0
    for ids in ranges(Account.objects.all()):
        subjects = _who(ids)
        for begin in range(0, len(subjects), CHUNK):
            if time.monotonic() >= until:
                return made
            chunk = subjects[begin : begin + CHUNK]
            with transaction.atomic():
                made += _keep(list(_make(chunk)))
            progress(len(chunk))
    return made


def _who(ids: Range) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(WHO_SQL, [*ids, STORED, WORDS])
        return [subject for (subject,) in cursor.fetchall()]


def _keep(made: Sequence[_Made]) -> int:
    if not made:
        return 0
    columns = [
        array(each.subject for each in made),
        array(each.at for each in made),
        arrays(each.trace for each in made),
        arrays(each.tells for each in made),
    ]
    with connection.cursor() as cursor:
        cursor.execute(KEEP_SQL, [number(), *columns])
        return int(cursor.rowcount)


def _make(subjects: Sequence[int]) -> Iterator[_Made]:
    with connection.cursor() as cursor:
        cursor.execute(KEPT_SQL, [array(subjects)])
        kept = [_Kept(*row) for row in cursor.fetchall()]
    shown, seen = _shown(subjects), _seen(kept)
    for each in kept:
        try:
            yield _made(each, shown.get(each.subject, {}), seen.get(each.subject))
        except UNREADABLE:  # one row stops nothing
            log.exception("No trace can be made of an account.", extra={"account": each.subject})


def _made(kept: _Kept, identifiers: Identifiers, seen: DeviceReport | None) -> _Made:
    registration = _registration(kept)
    first, last = FACTS.decode(kept.first), FACTS.decode(kept.last)
    at_first = registration
    if first.mailbox is not None and first.mailbox != last.mailbox:  # what is kept is a mailbox that came later
        at_first = replace(registration, email=None)
    trace = trace_of(at_first, first, identifiers, seen or registration.device)
    given = later(trace_of(registration, last, identifiers, None))
    filled = [value or after for value, after in zip(trace, given, strict=True)]
    codes = [str(reason["code"]) for reason in msgspec.json.decode(kept.reasons)]
    return _Made(kept.subject, kept.at, filled, told(codes))


def _registration(kept: _Kept) -> Registration:
    """What was sent; nothing where its key is lost."""
    try:
        return to_registration(decrypt(bytes(kept.person)), account_id=kept.account_id)
    except DecryptionError:
        return Registration(kept.account_id)


def _shown(subjects: Sequence[int]) -> Mapping[int, Identifiers]:
    """The first identifier of each kind that subjects showed, as it is spelt now."""
    shown: dict[int, Identifiers] = {subject: {} for subject in subjects}
    spelt = Q(spelling=number()) | Q(kind__in=SETTLED)
    rows = Identifier.objects.filter(spelt, subject__in=subjects).order_by("id")
    for subject, kind, value in rows.values_list("subject", "kind", "value"):
        shown[subject].setdefault(IdentifierKind(kind), value)
    return shown


def _seen(kept: Sequence[_Kept]) -> Mapping[int, DeviceReport]:
    """What our page saw of the devices that signups came from, by subject."""
    users = {user_of(each.account_id): each for each in kept}
    with connection.cursor() as cursor:
        cursor.execute(SEEN_SQL, [array(users)])
        rows = cursor.fetchall()
    rows.sort(key=lambda row: row[1] != users[row[0]].at)  # the one that the signup brought, before any other
    found: dict[int, DeviceReport] = {}
    for user, _, report in rows:
        page = _page(bytes(report))
        if page is not None:
            found.setdefault(users[user].subject, page.device)
    return found


def _page(report: bytes) -> PageReport | None:
    try:
        stored: dict[str, Any] = decrypt(report)
        return PageReport.from_json(stored)
    except (DecryptionError, *UNREADABLE):
        return None
