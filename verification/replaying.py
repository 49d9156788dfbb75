"""Signups in their order as if live, periodic work at its due times, in a scratch schema that is dropped afterwards."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.management import call_command
from django.db import connection

from risk.policies import store
from verification.decide import Decision
from verification.importing import BATCH
from verification.recheck import lapse_due
from verification.signup import Entry, take_in
from verification.states import Cause

TICK = timedelta(minutes=5)  # periodic work is done at each full five minutes in which something happened
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
    """What is decided on entries that stand in the order of their times, as it is decided."""
    for tick, within in groupby(entries, key=lambda entry: _tick(entry.at)):
        waiting = list(within)
        for start in range(0, len(waiting), BATCH):
            for decision in take_in(waiting[start : start + BATCH], application=APPLICATION):
                yield Decided(decision, Cause.SIGNUP)
        for decision in lapse_due(tick):
            if decision.changed:
                yield Decided(decision, Cause.EXPIRY)


def _tick(at: datetime) -> datetime:
    """The end of the tick that a time falls in."""
    started = datetime.fromtimestamp(at.timestamp() // TICK.total_seconds() * TICK.total_seconds(), tz=at.tzinfo)
    return started + TICK


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
