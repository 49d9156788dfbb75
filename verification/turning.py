"""Every keyed hash passes to the newest pepper while the service runs; config.lib.peppers says what is read meanwhile.

A turn is begun, what rows are found by gets the new spelling beside the old one, then all is read in the new one, what
is left is turned in place, and the old spelling goes. Every step goes by chunks, each in a transaction with the key up
to which it has come: a run that was stopped, by a kill or by a restart of the database, is simply run again. Between
steps it waits until every process must have looked, and until what was at work then has ended.

No hash needs its raw value for that. Not turned are: numbers of devices, the parts of their prints and what is counted
of browsers and pairs (they name nobody, and a part that thousands share says nothing); lists, whose entries stand in
policies that are never edited; ids that were given out (passkeys, webhooks). They stay under the oldest pepper.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from config.lib import audit, peppers
from config.lib.models import HashTurn
from config.lib.peppers import chain, fingerprint, turn
from config.lib.sqlarrays import array, arrays
from risk.kinds import IdentifierKind
from risk.models import RingPortrait, UsageWindow
from risk.rings.links import Link
from risk.spelling import SETTLED, link_respelt, respelt, trace_respelt
from risk.usage.partitions import TABLE as USAGE
from verification.models import Proof, Report

CHUNK: Final = 2_000  # rows
SETTLE_SECONDS: Final = 3 * peppers.LOOK_SECONDS  # after which every process has looked
WAIT_SECONDS: Final = 0.2
Wait = Callable[[float], None]
Progress = Callable[[str, int], None]
Rows = Sequence[tuple[Any, ...]]


class NothingToTurn(Exception):
    """There is no older pepper to turn hashes from."""


# Tables whose hashes stand in columns of their own. Reports and proofs are compared with each other and turned at once
# (`_flip`): of them only what came late is left.
PLAIN: Final[Mapping[str, Sequence[str]]] = {
    "verification_signup": ("network",),
    "verification_check": ("recipient", "network"),
    "verification_proof": ("shown",),
    "verification_report": ("card",),
    "risk_outsideanswer": ("value",),
}


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn at work. `to` is its number: every row of fewer turns is behind."""

    to: int
    wait: Wait
    progress: Progress

    @property
    def of(self) -> int:
        return self.to - 1

    def row(self) -> HashTurn:
        return HashTurn.objects.get(pk=self.to)


def run(progress: Progress = lambda _, __: None, *, wait: Wait = time.sleep) -> int:
    """Turn everything to GATEHOUSE_PEPPER, or go on with that; how many rows were written. Done before: nothing.

    `progress` hears of each table how many rows of it were done.

    Raises:
        NothingToTurn: GATEHOUSE_OLD_PEPPERS is empty.
        ImproperlyConfigured: this turn was begun with another pepper.

    """
    to = len(chain()) - 1
    if to == 0:
        raise NothingToTurn
    at_work, written = _Turn(to, wait, progress), 0
    if at_work_row(to).finished_at is not None:
        return 0
    peppers.forget()
    peppers.spelling()  # it has to be this very pepper
    _settle(at_work)
    if at_work.row().flipped_at is None:
        written += _beside(at_work)
        _flip(at_work)
        _settle(at_work)
    for step in (_traces, _usage, _plain, _remove):
        written += step(at_work)
    _finish(at_work)
    return written


def at_work_row(number: int) -> HashTurn:
    """The row of a turn, which begins it where there is none."""
    row, _ = HashTurn.objects.get_or_create(
        pk=number, defaults={"fingerprint": fingerprint(chain()[number]), "begun_at": timezone.now()}
    )
    return row


def _settle(at_work: _Turn) -> None:
    """Wait until every process knows, and what was at work before that has ended."""
    at_work.wait(SETTLE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::numeric")
        (now,) = cursor.fetchone()
        while True:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::numeric > %s - 1", [now])
            if cursor.fetchone()[0] or connection.in_atomic_block:
                return
            at_work.wait(WAIT_SECONDS)


def _by_chunks(at_work: _Turn, table: str, read: str, do: Callable[[Rows], int]) -> int:
    """Rows in the order of their keys, chunk by chunk, each in a transaction with how far it has come, to the end.

    `read` selects with the key first, and takes `after`, `most` and `to`. `do` says how many rows it wrote.
    """
    written = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            row = HashTurn.objects.select_for_update().get(pk=at_work.to)
            cursor.execute(read, {"after": row.progress.get(table, 0), "most": CHUNK, "to": at_work.to})
            rows = cursor.fetchall()
            if not rows:
                return written
            written += do(rows)
            row.progress[table] = rows[-1][0]
            row.save(update_fields=["progress"])
        at_work.progress(table, len(rows))


IDENTIFIERS_SQL = """
SELECT id, subject, kind, value, at FROM risk_identifier WHERE id > %(after)s AND spelling < %(to)s
ORDER BY id LIMIT %(most)s
"""
BESIDE_SQL = """
INSERT INTO risk_identifier (subject, kind, value, at, spelling)
SELECT made.* FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::timestamptz[], %s::smallint[])
    AS made(subject, kind, value, at, spelling)
WHERE NOT EXISTS (
    SELECT FROM risk_identifier had WHERE had.subject = made.subject AND had.kind = made.kind
        AND had.value = made.value AND had.at = made.at
)
"""


def _beside(at_work: _Turn) -> int:
    """What was shown gets the new spelling beside the old one, which stays until nobody reads it."""

    def do(rows: Rows) -> int:
        made = [
            (subject, kind, respelt(IdentifierKind(kind), value, to=at_work.to, of=at_work.of), at, at_work.to)
            for _, subject, kind, value, at in rows
            if kind not in SETTLED
        ]
        return _execute(BESIDE_SQL, _columns(made)) if made else 0

    return _by_chunks(at_work, "risk_identifier", IDENTIFIERS_SQL, do)


def _flip(at_work: _Turn) -> None:
    """From here on all is read in the new spelling. What is compared with itself passes over at once."""
    with transaction.atomic():
        for model, field in ((Report, "card"), (Proof, "shown")):
            behind = model.objects.select_for_update().filter(spelling__lt=at_work.to, **{f"{field}__isnull": False})
            for row in behind.iterator(chunk_size=CHUNK):
                value = turn(getattr(row, field), to=at_work.to, of=row.spelling)
                model.objects.filter(pk=row.pk).update(**{field: value, "spelling": at_work.to})
        for portrait in RingPortrait.objects.select_for_update():
            portrait.portrait = _portrait(portrait.portrait, at_work)
            portrait.learnt_at = timezone.now()  # by which processes see that it is another
            portrait.save(update_fields=["portrait", "learnt_at"])
        HashTurn.objects.filter(pk=at_work.to).update(flipped_at=timezone.now())
    peppers.forget()


def _portrait(stored: Mapping[str, Any], at_work: _Turn) -> dict[str, Any]:
    """A ring's portrait (risk.rings.portraits): of each link, the values as names of a table."""
    return {
        name: {
            **habit,
            "values": {
                str(link_respelt(Link[name], int(value), to=at_work.to, of=at_work.of)): told
                for value, told in habit["values"].items()
            },
        }
        for name, habit in stored.items()
    }


TRACES_SQL = """
SELECT subject, links, spelling FROM risk_trace WHERE subject > %(after)s AND spelling < %(to)s
ORDER BY subject LIMIT %(most)s FOR UPDATE
"""
TRACED_SQL = """
UPDATE risk_trace SET links = made.links::bigint[], spelling = %s
FROM unnest(%s::bigint[], %s::text[]) AS made(subject, links) WHERE risk_trace.subject = made.subject
"""


def _traces(at_work: _Turn) -> int:
    def do(rows: Rows) -> int:
        turned = arrays(trace_respelt(links, to=at_work.to, of=spelt) for _, links, spelt in rows)
        return _execute(TRACED_SQL, [at_work.to, array(row[0] for row in rows), turned])

    return _by_chunks(at_work, "risk_trace", TRACES_SQL, do)


def _plain(at_work: _Turn) -> int:
    return sum(_plain_table(at_work, table, columns) for table, columns in PLAIN.items())


def _plain_table(at_work: _Turn, table: str, columns: Sequence[str]) -> int:
    names = ", ".join(columns)
    read = (
        f"SELECT id, spelling, {names} FROM {table} "  # noqa: S608 - names of our own
        "WHERE id > %(after)s AND spelling < %(to)s ORDER BY id LIMIT %(most)s FOR UPDATE"
    )
    write = (
        f"UPDATE {table} AS kept SET {', '.join(f'{each} = made.{each}' for each in columns)}, spelling = %s "  # noqa: S608 - as above
        f"FROM unnest({', '.join(['%s::bigint[]'] * (1 + len(columns)))}) AS made(key, {names}) "
        "WHERE kept.id = made.key"
    )

    def do(rows: Rows) -> int:
        made = _columns(
            (key, *(None if each is None else turn(each, to=at_work.to, of=spelt) for each in values))
            for key, spelt, *values in rows
        )
        if table == "risk_outsideanswer":
            _execute(ASKED_AGAIN_SQL, made)
        return _execute(write, [at_work.to, *made])

    return _by_chunks(at_work, table, read, do)


# What was asked anew meanwhile and stored in the new spelling is the later answer.
ASKED_AGAIN_SQL = """
DELETE FROM risk_outsideanswer older USING unnest(%s::bigint[], %s::bigint[]) AS made(key, value),
    risk_outsideanswer newer
WHERE older.id = made.key AND newer.lookup = older.lookup AND newer.value = made.value AND newer.id <> older.id
"""

SUBJECTS_SQL = f"""
SELECT DISTINCT subject FROM {USAGE} WHERE subject > %(after)s AND spelling < %(to)s
ORDER BY subject LIMIT %(most)s
"""  # noqa: S608 - a name of our own
# In the order of the table's fields: what is added to it passes over too.
OF_WINDOW: Final = [field.column for field in UsageWindow._meta.concrete_fields if field.column]  # noqa: SLF001 - documented by Django
HASHES: Final = frozenset({"address", "client", "network"})
TAKEN_SQL = f"DELETE FROM {USAGE} WHERE subject = ANY(%s::bigint[]) AND spelling < %s RETURNING {', '.join(OF_WINDOW)}"  # noqa: S608 - names of our own
# A window that came again in the new spelling is there already, and counts once.
PUT_BACK_SQL = f"""
INSERT INTO {USAGE} ({", ".join(OF_WINDOW)}) VALUES ({", ".join(["%s"] * len(OF_WINDOW))})
ON CONFLICT (subject, start, address, client) DO NOTHING
"""  # noqa: S608 - as above
USAGE_CHUNK: Final = 100  # subjects


def _usage(at_work: _Turn) -> int:
    """Windows of use: their hashes are part of their key, so they are taken out and put back."""

    def do(rows: Rows) -> int:
        with connection.cursor() as cursor:
            cursor.execute(TAKEN_SQL, [array(subject for (subject,) in rows), at_work.to])
            windows = [_window(row, at_work) for row in cursor.fetchall()]
            cursor.executemany(PUT_BACK_SQL, windows)
        return len(windows)

    return _by_chunks(at_work, USAGE, SUBJECTS_SQL.replace("%(most)s", str(USAGE_CHUNK)), do)


def _window(row: Sequence[Any], at_work: _Turn) -> list[Any]:
    of = row[OF_WINDOW.index("spelling")]
    turned = [
        turn(value, to=at_work.to, of=of) if name in HASHES else value
        for name, value in zip(OF_WINDOW, row, strict=True)
    ]
    turned[OF_WINDOW.index("spelling")] = at_work.to
    return turned


OLD_SQL = "SELECT id FROM risk_identifier WHERE id > %(after)s AND spelling < %(to)s ORDER BY id LIMIT %(most)s"
REMOVE_SQL = "DELETE FROM risk_identifier WHERE id = ANY(%s::bigint[]) AND kind <> ALL(%s::smallint[])"


def _remove(at_work: _Turn) -> int:
    """The old spelling of what was shown goes. Reads in the new one have been complete since the flip."""

    def do(rows: Rows) -> int:
        return _execute(REMOVE_SQL, [array(row[0] for row in rows), array(map(int, SETTLED))])

    return _by_chunks(at_work, "old", OLD_SQL, do)


def _execute(sql: str, given: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return int(cursor.rowcount)


def _columns(rows: Iterable[Sequence[Any]]) -> list[str]:
    return [array(column) for column in zip(*rows, strict=True)]


def _finish(at_work: _Turn) -> None:
    with transaction.atomic():
        HashTurn.objects.filter(pk=at_work.to).update(finished_at=timezone.now())
        peppers.forget()
        # Which signs the head of the log by the newest pepper too.
        audit.append(actor="command", act="keys.turn", subject=f"pepper:{at_work.row().fingerprint}", details={})
    peppers.forget()
