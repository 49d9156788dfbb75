"""Somebody registers: the journey from what the caller sent to a decision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from django.db import DatabaseError, IntegrityError, transaction

from config.lib.errors import declare
from config.lib.peppers import steady
from risk.counters import take_back
from risk.devices import Redeemed, redeem
from risk.facts import TokenState
from risk.gather import Arrival, Gathered, Part, gather
from risk.identifiers import IdentifierKind
from risk.known_devices import learn, remember
from risk.lookups.pairs import note
from risk.outcome import Outcome
from risk.registration import Registration
from risk.rings.arrivals import join
from tiers.models import Account
from verification import reported
from verification.decide import Decision, Matter, decide
from verification.models import Signup, Source
from verification.pace import STAGE_SECONDS
from verification.states import Cause

ACCOUNT_ID_TAKEN = declare(
    code="account_id_taken",
    status=409,
    title="This account_id has signed up before",
    fix="Use a new account_id for each account, or an Idempotency-Key to repeat a call safely.",
)


LEARNT_FROM = (Outcome.ALLOW, Outcome.CHALLENGE)
MAGIC_DOMAIN = "gatehouse.test"  # .test belongs to nobody (RFC 6761)


@dataclass(frozen=True, slots=True)
class Entry:
    """One registration on its way in. `device_token` comes over HTTP only."""

    registration: Registration
    at: datetime
    device_token: str | None = None


@steady()
def register(entry: Entry, *, application: str, test: bool = False) -> Decision:
    """Take in one signup over HTTP and decide on it. One of a test key is counted nowhere and can force its outcome.

    Raises:
        Problem: account_id_taken.

    """
    redeemed = redeem(
        entry.device_token, application=application, account_id=entry.registration.account_id, at=entry.at
    )
    arrival = Arrival(entry.registration, entry.at, redeemed, asks_outside=not test, live=not test)
    with STAGE_SECONDS.labels("gather").time():
        (gathered,) = gather([arrival])
    if test:
        facts = replace(gathered.facts, forced=forced_outcome(entry.registration.email), ring=None)
        gathered = Gathered(facts, {})
    try:
        (decision,) = _decide(
            [arrival], [gathered], application=application, source=Source.TEST if test else Source.API
        )
    except DatabaseError as error:
        take_back(gathered.claim)
        if not isinstance(error, IntegrityError):
            raise
        if not Account.objects.filter(account_id=entry.registration.account_id).exists():
            raise
        raise ACCOUNT_ID_TAKEN.problem(field="account_id") from None
    return decision


@steady()
def take_in(entries: Sequence[Entry], *, application: str, parts: Sequence[Part] | None = None) -> list[Decision]:
    """Take in a batch of history, each entry at its own time. They stand in the order of their times, all new.

    `parts` is what risk.gather.look_at gives for the `arrival_of` each, where that was done before.
    """
    if not entries:
        return []
    arrivals = [part.arrival for part in parts] if parts is not None else [arrival_of(entry) for entry in entries]
    decisions = _decide(arrivals, gather(arrivals, parts), application=application, source=Source.IMPORT)
    learn()  # what beat would have done meanwhile
    return decisions


def arrival_of(entry: Entry) -> Arrival:
    """An entry of history as it arrives: nobody outside is asked of it."""
    return Arrival(entry.registration, entry.at, Redeemed(TokenState.ABSENT))


def forced_outcome(email: str | None) -> Outcome | None:
    """The outcome that a magic mailbox asks for: `review@gatehouse.test` is put in review, and so on."""
    local, _, domain = (email or "").partition("@")
    return Outcome(local) if domain == MAGIC_DOMAIN and local in set(Outcome) else None


def _decide(
    arrivals: Sequence[Arrival], gathered: Sequence[Gathered], *, application: str, source: Source
) -> list[Decision]:
    matters = [
        _matter(arrival, part, application=application, source=source)
        for arrival, part in zip(arrivals, _reported(gathered), strict=True)
    ]
    with transaction.atomic():
        decisions = decide(matters, cause=Cause.SIGNUP)
        remember(part.recognised for part in gathered if part.recognised is not None)
        join(
            (decision.account.pk, part.facts.at, part.belongs)
            for part, decision in zip(gathered, decisions, strict=True)
            if part.belongs is not None and not decision.account.test
        )
        note(
            part.shown for part, decision in zip(gathered, decisions, strict=True) if part.shown and _ordinary(decision)
        )
    return decisions


def _ordinary(decision: Decision) -> bool:
    """Whether what is usual may be learnt from this one."""
    return decision.account.outcome in LEARNT_FROM


def _reported(gathered: Sequence[Gathered]) -> list[Gathered]:
    """With what was reported before of the cards that are shown now. Without a card nothing is asked."""
    cards = [part.identifiers.get(IdentifierKind.CARD) for part in gathered]
    known = reported.of_cards({card for card in cards if card is not None})
    return [
        replace(part, facts=replace(part.facts, reports=reported.kinds(_before(known, card, part))))
        for part, card in zip(gathered, cards, strict=True)
    ]


def _before(known: Sequence[reported.Standing], card: int | None, part: Gathered) -> list[reported.Standing]:
    """Of the card, and from before: history is judged by what was known at its time."""
    return [report for report in known if report.card == card and report.at <= part.facts.at]


def _matter(arrival: Arrival, gathered: Gathered, *, application: str, source: Source) -> Matter:
    registration = arrival.registration
    account = Account(account_id=registration.account_id, created_at=arrival.at, test=source is Source.TEST)
    signup = Signup(
        created_at=arrival.at,
        application=application,
        source=source,
        network=gathered.identifiers.get(IdentifierKind.NETWORK),
        person=_person(registration),
    )
    return Matter(account, signup, gathered.facts, gathered.identifiers, None if account.test else gathered.trace)


def _person(registration: Registration) -> dict[str, Any]:
    """What is stored of what was sent, as JSON has it."""
    sent: dict[str, Any] = msgspec.to_builtins(registration)
    return {
        name: value for name, value in sent.items() if name not in {"account_id", "created_at"} and value is not None
    }
