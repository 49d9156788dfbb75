"""Signups in their order as if live, periodic work at its due times, in a scratch schema that is dropped afterwards."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import Max, QuerySet

from risk.lookups.pairs import learn
from risk.models import Assessment
from risk.policies import store
from risk.rings import arrivals
from risk.rings.rounds import run
from tiers.models import Account
from verification.containment import contain_due
from verification.decide import Decision
from verification.importing import BATCH
from verification.lapsing import lapse_due
from verification.lapsing import next_due as next_lapse
from verification.rising import next_due as next_rise
from verification.rising import rise_due
from verification.signup import Entry, take_in
from verification.states import Cause

APPLICATION = "replay"
EVERY = timedelta(days=1)  # of the history's time: how often rings are looked for in it


@dataclass(frozen=True, slots=True)
class Decided:
    """A line of the decisions file (docs/formats.md): where an account stands after a decision that changed that."""

    account: Account
    at: datetime
    cause: Cause
    ring: str | None

    def as_json(self) -> dict[str, Any]:
        """The line's object."""
        return {
            "account_id": self.account.account_id,
            "at": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "cause": self.cause,
            "outcome": self.account.outcome,
            "score": round(self.account.score, 2),
            "tier": self.account.tier,
            "held": self.account.held,
            "ring": self.ring,
        }

    @classmethod
    def of(cls, decision: Decision, cause: Cause) -> "Decided":
        """The line of a decision."""
        facts = decision.matter.facts
        return cls(decision.account, facts.at, cause, facts.ring.id if facts.ring else None)


def replay(entries: Iterable[Entry]) -> Iterator[Decided]:
    """What is decided on entries that stand in the order of their times, as it is decided.

    Entries are taken in together as long as no periodic work falls between them.
    """
    waiting: list[Entry] = []
    rounds: datetime | None = None  # when rings are looked for next
    for entry in entries:
        rounds = rounds or entry.at + EVERY
        due = min(_next_due() or rounds, rounds)
        if len(waiting) == BATCH or due <= entry.at:
            yield from _take_in(waiting)
            waiting = []
            yield from _periodic_work(until=entry.at)
            if rounds <= entry.at:
                yield from _rings(rounds)
                rounds = entry.at + EVERY
        waiting.append(entry)
    yield from _take_in(waiting)
    if rounds is not None:
        yield from _rings(rounds)


def _rings(at: datetime) -> Iterator[Decided]:
    """Look for rings among all accounts, hold those that are likely, and have their accounts follow."""
    run(at=at, full=True, keep=False)
    before = Assessment.objects.aggregate(last=Max("pk"))["last"] or 0
    contain_due(at)
    followed = Assessment.objects.filter(pk__gt=before, cause=Cause.RING).order_by("pk")
    for subjects in _batches(followed.values_list("subject", "facts__ring__id")):
        accounts = Account.objects.in_bulk([subject for subject, _ in subjects])
        for subject, ring in subjects:
            yield Decided(accounts[subject], at, Cause.RING, ring)


def _batches(rows: QuerySet[Assessment, tuple[int, str | None]]) -> Iterator[list[tuple[int, str | None]]]:
    waiting = iter(rows.iterator(chunk_size=BATCH))
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _take_in(entries: list[Entry]) -> Iterator[Decided]:
    decisions = take_in(entries, application=APPLICATION)
    learn()
    return (Decided.of(decision, Cause.SIGNUP) for decision in decisions)


def _periodic_work(*, until: datetime) -> Iterator[Decided]:
    """What beat would have done by then, each at the time that it was due."""
    while (due := _next_due()) is not None and due <= until:
        for decision in (*lapse_due(due), *rise_due(due)):
            if decision.changed:
                yield Decided.of(decision, Cause.EXPIRY)


def _next_due() -> datetime | None:
    return min((due for due in (next_lapse(), next_rise()) if due is not None), default=None)


@contextmanager
def scratch_schema(policy: Mapping[str, Any] | None) -> Iterator[None]:
    """Work in an empty schema of its own, migrated, under a policy of its own if one is given."""
    name = f"replay_{os.getpid()}"
    options = connection.settings_dict["OPTIONS"]
    before = options["options"]
    _execute(f'CREATE SCHEMA "{name}"')
    try:
        _reconnect(options, f"{before} -c search_path={name}")
        call_command("migrate", verbosity=0)
        store.forget()
        arrivals.forget()
        if policy is not None:
            store.publish(policy)
        yield
    finally:
        _reconnect(options, before)
        _execute(f'DROP SCHEMA "{name}" CASCADE')
        store.forget()
        arrivals.forget()


def _reconnect(options: dict[str, Any], setting: str) -> None:
    connection.close()
    options["options"] = setting


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
