"""Signups in their order as if live, periodic work at its due times, in a scratch schema that is dropped afterwards."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.db import connection

from risk.lookups.pairs import learn
from risk.policies import store
from verification.decide import Decision
from verification.importing import BATCH
from verification.recheck import lapse_due, next_due
from verification.signup import Entry, take_in
from verification.states import Cause

APPLICATION = "replay"


@dataclass(frozen=True, slots=True)
class Decided:
    """A line of the decisions file (docs/formats.md)."""

    decision: Decision
    cause: Cause

    def as_json(self) -> dict[str, Any]:
        """The line's object."""
        account = self.decision.account
        return {
            "account_id": account.account_id,
            "at": self.decision.matter.facts.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "cause": self.cause,
            "outcome": account.outcome,
            "score": round(account.score, 2),
            "tier": account.tier,
            "held": account.held,
            "ring": None,
        }


def replay(entries: Iterable[Entry]) -> Iterator[Decided]:
    """What is decided on entries that stand in the order of their times, as it is decided.

    Entries are taken in together as long as no periodic work falls between them.
    """
    waiting: list[Entry] = []
    due = next_due()
    for entry in entries:
        if len(waiting) == BATCH or (due is not None and due <= entry.at):
            yield from _take_in(waiting)
            waiting = []
            yield from _periodic_work(until=entry.at)
            due = next_due()
        waiting.append(entry)
    yield from _take_in(waiting)


def _take_in(entries: list[Entry]) -> Iterator[Decided]:
    decisions = take_in(entries, application=APPLICATION)
    learn()
    return (Decided(decision, Cause.SIGNUP) for decision in decisions)


def _periodic_work(*, until: datetime) -> Iterator[Decided]:
    """What beat would have done by then, each at the time that it was due."""
    while (due := next_due()) is not None and due <= until:
        for decision in lapse_due(due):
            if decision.changed:
                yield Decided(decision, Cause.EXPIRY)


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
        if policy is not None:
            store.publish(policy)
        yield
    finally:
        _reconnect(options, before)
        _execute(f'DROP SCHEMA "{name}" CASCADE')
        store.forget()


def _reconnect(options: dict[str, Any], setting: str) -> None:
    connection.close()
    options["options"] = setting


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
