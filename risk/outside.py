"""What outside parties are asked of a registration, and what they have answered before.

A signup never waits for them. An answer that is still fresh is used at once, whoever brought the value first; otherwise
the facts say that it is pending, verification.outside asks after commit, and the answer decides anew.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection, transaction

from config.lib.crypto import keyed_hash
from config.lib.peppers import every
from risk.facts import MailDomainFacts, PhoneLineFacts
from risk.identifiers import IdentifierKind, hashed
from risk.lookups.mail_providers import free, organisation
from risk.lookups.mailbox import mailbox_facts
from risk.lookups.phone import e164
from risk.models import OutsideAnswer
from risk.registration import Registration

# Each is found by its own key: the planner is not asked again for another number of them.
FIND_SQL = """
SELECT known.lookup, known.value, known.answer
FROM jsonb_to_recordset(%s::jsonb) AS asked(lookup text, value bigint, since timestamptz)
JOIN risk_outsideanswer known ON known.lookup = asked.lookup AND known.value = asked.value AND known.at > asked.since
"""


@dataclass(frozen=True, slots=True)
class OutsideLookup:
    """One question. Its name is that of the part of the facts that it fills, and of its setting in OUTSIDE_LOOKUPS."""

    name: str
    form: type
    value: Callable[[Registration], str | None]
    fresh: timedelta  # how long an answer is used before the party is asked again


def _domain(registration: Registration) -> str | None:
    mailbox = mailbox_facts(registration.email, None)
    return mailbox.domain if mailbox and mailbox.valid else None


def _number(registration: Registration) -> str | None:
    return e164(registration.phone)


LOOKUPS: Mapping[str, OutsideLookup] = {
    lookup.name: lookup
    for lookup in (
        OutsideLookup("mail_domain", MailDomainFacts, _domain, timedelta(days=7)),
        OutsideLookup("phone_line", PhoneLineFacts, _number, timedelta(days=30)),
    )
}


def wanted(registration: Registration) -> dict[str, str]:
    """What is to be asked of this registration, by lookup: the values, for those lookups that are switched on."""
    asked = {
        name: lookup.value(registration)
        for name, lookup in LOOKUPS.items()
        if settings.OUTSIDE_LOOKUPS.get(name, "off") != "off"
    }
    return {name: value for name, value in asked.items() if value is not None}


def answers(
    asked: Sequence[Mapping[str, str]], *, at: datetime, within: timedelta | None = None
) -> list[dict[str, Any]]:
    """For each registration's values, the facts of those that have a fresh answer. One query for all.

    Fresh is what the lookup says, and no older than `within` where that is given.

    Raises:
        django.db.DatabaseError: the database could not answer in time.

    """
    keys = [{name: _hashed(name, value) for name, value in values.items()} for values in asked]
    stored = _stored({pair for values in keys for pair in values.items()}, at, within)
    return [{name: stored[name, key] for name, key in values.items() if (name, key) in stored} for values in keys]


def _stored(pairs: set[tuple[str, int]], at: datetime, within: timedelta | None) -> dict[tuple[str, int], Any]:
    if not pairs:
        return {}
    spelt = {(name, each): value for name, value in pairs for each in every(value)}
    asked = [{"lookup": name, "value": value, "since": _since(name, at, within)} for name, value in spelt]
    with connection.cursor() as cursor:
        cursor.execute(FIND_SQL, [json.dumps(asked)])
        rows = cursor.fetchall()
    return {
        (name, spelt[name, value]): msgspec.json.decode(answer, type=LOOKUPS[name].form) for name, value, answer in rows
    }


def _since(name: str, at: datetime, within: timedelta | None) -> str:
    """From when on an answer is fresh."""
    fresh = LOOKUPS[name].fresh
    return (at - (fresh if within is None else min(fresh, within))).isoformat()


def remember(name: str, value: str, *, answer: Any, at: datetime) -> bool:
    """Keep what a party answered, in place of what it answered before; whether that was something else, or nothing."""
    told = json.loads(msgspec.json.encode(answer))
    with transaction.atomic():
        asked = OutsideAnswer.objects.select_for_update().filter(lookup=name, value__in=every(_hashed(name, value)))
        kept, is_new = asked.first(), False
        if kept is None:
            kept, is_new = OutsideAnswer.objects.select_for_update().get_or_create(
                lookup=name, value=_hashed(name, value), defaults={"at": at, "answer": told}
            )
        before, kept.at, kept.answer = kept.answer, at, told
        kept.save(update_fields=["at", "answer"])
    return is_new or before != told


def shown_as(name: str, value: str) -> tuple[IdentifierKind, int] | None:
    """By which identifier the accounts are found that showed a value; None where it says of nobody who they are."""
    if name == "phone_line":
        return IdentifierKind.PHONE, hashed(IdentifierKind.PHONE, value)
    return None if free(value) else (IdentifierKind.DOMAIN, hashed(IdentifierKind.DOMAIN, organisation(value)))


def forget_stale(before: datetime) -> int:
    """Delete the answers from before a moment; returns how many."""
    return OutsideAnswer.objects.filter(at__lt=before).delete()[0]


def forget(name: str, value: str) -> int:
    """Delete what a party answered of a value; how many answers there were."""
    return OutsideAnswer.objects.filter(lookup=name, value__in=every(_hashed(name, value))).delete()[0]


def _hashed(name: str, value: str) -> int:
    return keyed_hash(f"outside:{name}", value)
