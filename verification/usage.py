"""Usage windows come in, by HTTP or by file: each is kept once, and what cannot be kept is told with the reason."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from risk.gather import network_data
from risk.usage.rows import NOT_TOLD, Egresses, WindowRow, clients_of, row_of
from risk.usage.storing import store
from risk.usage.windows import UnreadableWindow, UsageWindow, read_window, unknown_fields
from tiers.readings import could_be

NO_ACCOUNT = "account_id: there is no such account; take its signup in first"
# One value however many names come, so that PostgreSQL keeps one plan.
SUBJECTS_SQL = "SELECT account_id, id FROM tiers_account WHERE account_id = ANY(%s) AND test = %s"
EGRESSES = Egresses(network_data.find)


@dataclass(slots=True)
class Taken:
    """What became of windows. `refused` has the reason by the window's place among those that came."""

    stored: int = 0
    known: int = 0  # they were there already
    refused: dict[int, str] = field(default_factory=dict)
    unknown_fields: set[str] = field(default_factory=set)


def take(sent: Sequence[Any], *, test: bool, now: datetime) -> Taken:
    """Keep the windows among objects of JSON, of accounts of one mode.

    Raises:
        django.db.DatabaseError: the database is away; then none is kept.

    """
    taken = Taken()
    windows = _read(sent, now, taken)
    subjects = _subjects({window.account_id for window in windows.values()}, test=test)
    clients = clients_of(window.client for window in windows.values())
    rows: list[WindowRow] = []
    for place, window in windows.items():
        subject = subjects.get(window.account_id)
        if subject is None:
            taken.refused[place] = NO_ACCOUNT
            continue
        try:
            egress = EGRESSES.of(window.ip) if window.ip else NOT_TOLD
        except UnreadableWindow as error:
            taken.refused[place] = str(error)
            continue
        rows.append(row_of(window, subject=subject, egress=egress, clients=clients))
    taken.stored = store(rows)
    taken.known = len(rows) - taken.stored
    return taken


def _read(sent: Iterable[Any], now: datetime, taken: Taken) -> dict[int, UsageWindow]:
    """By place, those of the form."""
    windows: dict[int, UsageWindow] = {}
    for place, one in enumerate(sent):
        try:
            windows[place] = read_window(one, now=now)
        except UnreadableWindow as error:
            taken.refused[place] = str(error)
            continue
        taken.unknown_fields |= unknown_fields(one)
    return windows


def _subjects(names: Collection[str], *, test: bool) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(SUBJECTS_SQL, [[name for name in names if could_be(name)], test])
        return dict(cursor.fetchall())
