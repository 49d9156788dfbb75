"""The audit log only grows, and whoever touches it otherwise is found out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import psycopg
import pytest
import structlog
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from config.lib import audit
from config.lib.crypto import SignatureError
from config.lib.models import AuditEntry, AuditHead

pytestmark = pytest.mark.django_db

MIGRATION = import_module("config.lib.migrations.0001_lib")


Superuser = Callable[..., None]


def append(number: int = 0, **details: Any) -> AuditEntry:
    return audit.append(actor="user:7", act="ring.confirm", subject=f"ring:{number}", details=details)


@pytest.fixture
def five_entries() -> list[AuditEntry]:
    return [append(number, note="x") for number in range(1, 6)]


@pytest.fixture
def superuser(five_entries: list[AuditEntry]) -> Superuser:
    """Somebody whom no trigger stops."""

    def run(statement: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(statement, values)
            cursor.execute("SET session_replication_role = origin")

    return run


def faults(witness: audit.Head | None = None) -> list[tuple[int, str]]:
    return [(fault.seq, fault.what) for fault in audit.verify(witness)]


def test_an_untouched_log_has_no_fault(five_entries: list[AuditEntry]) -> None:
    assert [entry.seq for entry in five_entries] == [1, 2, 3, 4, 5]
    assert audit.verify() == []


def test_an_empty_log_has_no_fault() -> None:
    assert audit.verify() == []


@pytest.mark.parametrize(
    "details", [{}, {"n": 1e16, "f": 1.0, "z": [None, True]}, {"odd": "\x00\ud800é"}, {"nested": {"b": 1, "a": 2}}]
)
def test_details_come_back_as_they_were_and_verify(details: dict[str, Any]) -> None:
    append(**details)
    assert AuditEntry.objects.get().details == details
    assert audit.verify() == []


def test_details_that_are_not_json_are_refused_and_nothing_is_written() -> None:
    with pytest.raises(ValueError, match="JSON"), transaction.atomic():
        append(share=float("nan"))
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "change",
    [lambda entries: entries.update(actor="user:8"), lambda entries: entries.delete()],
    ids=["update", "delete"],
)
def test_the_database_refuses_change_and_deletion(five_entries: list[AuditEntry], change: Callable[[Any], Any]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(AuditEntry.objects.all())
    assert AuditEntry.objects.count() == 5


def test_outside_of_tests_the_database_refuses_to_empty_it_too() -> None:
    parameters = {**connection.get_connection_params(), "autocommit": True}
    parameters = {
        name: parameters[name] for name in ("user", "password", "host", "port", "autocommit") if name in parameters
    }
    with psycopg.connect(**parameters, dbname="postgres") as server:
        server.execute("DROP DATABASE IF EXISTS append_only_probe")
        server.execute("CREATE DATABASE append_only_probe")
        try:
            with psycopg.connect(**parameters, dbname="append_only_probe") as probe:
                probe.execute("CREATE TABLE lib_auditentry (seq int)")
                probe.execute(MIGRATION.APPEND_ONLY)
                with pytest.raises(psycopg.DatabaseError, match="append-only"):
                    probe.execute("TRUNCATE lib_auditentry")
        finally:
            server.execute("DROP DATABASE append_only_probe")


@pytest.mark.parametrize(
    "change",
    ["actor = 'user:8'", "act = 'x'", "subject = 'x'", "details_json = '{}'", "at = now()", "digest = 'x'"],
)
def test_a_changed_entry_is_named(superuser: Superuser, change: str) -> None:
    superuser("UPDATE lib_auditentry SET " + change + " WHERE seq = 3")  # noqa: S608 - the changes stand above
    assert faults()[0] == (3, "was changed")


def test_a_changed_entry_with_a_new_digest_breaks_the_chain_behind_it(superuser: Superuser) -> None:
    superuser("UPDATE lib_auditentry SET actor = 'user:8' WHERE seq = 3")
    forged = audit.digest_of(AuditEntry.objects.get(seq=3))
    superuser("UPDATE lib_auditentry SET digest = %s WHERE seq = 3", forged)
    assert faults() == [(4, "is not chained to the entry before it")]


def test_a_removed_entry_is_named(superuser: Superuser) -> None:
    superuser("DELETE FROM lib_auditentry WHERE seq = 3")
    assert faults()[0] == (3, "is missing; 4 follows 2")


def test_a_cut_off_end_is_named(superuser: Superuser) -> None:
    superuser("DELETE FROM lib_auditentry WHERE seq > 3")
    assert faults() == [(4, "and all after it are missing; there were 5")]


def test_an_emptied_log_is_named(superuser: Superuser) -> None:
    superuser("DELETE FROM lib_auditentry")
    assert faults() == [(1, "and all after it are missing; there were 5")]


def test_a_forged_history_cannot_be_signed(superuser: Superuser) -> None:
    with override_settings(GATEHOUSE_PEPPER="ab" * 32):  # what whoever has not the pepper can do
        audit._store_head(audit.START)
    assert faults() == [(0, "the head of the log is not signed by this installation")]
    with pytest.raises(SignatureError), transaction.atomic():
        append()


def test_entries_after_the_signed_end_are_named(superuser: Superuser) -> None:
    AuditHead.objects.all().delete()
    assert faults() == [(1, "stands after the signed end of the log")]


def test_an_old_head_put_back_with_its_end_is_found_by_a_witness_alone(superuser: Superuser) -> None:
    witness = audit.head()
    superuser("DELETE FROM lib_auditentry WHERE seq > 3")
    last = AuditEntry.objects.get(seq=3)
    audit._store_head(audit.Head(3, last.digest))  # as an old backup of the row would
    assert faults() == []
    assert faults(witness) == [(4, "and all after it are missing; there were 5")]
    append(99)
    append(99)
    assert faults(witness) == [(5, "is not the entry that was witnessed")]
    assert audit.Head.parse(str(witness)) == witness


def test_an_entry_stands_or_falls_with_what_it_tells() -> None:
    class ChangedMyMindError(Exception):
        pass

    @transaction.atomic
    def act() -> None:
        append()
        raise ChangedMyMindError

    with pytest.raises(ChangedMyMindError):
        act()
    assert not AuditEntry.objects.exists()
    assert append().seq == 1


def test_each_append_tells_the_head_to_the_logs() -> None:
    with structlog.testing.capture_logs() as lines:
        entry = append()
    assert lines[0]["head"] == f"1:{entry.digest}"


@pytest.mark.django_db(transaction=True)
def test_writers_take_turns_and_leave_one_whole_chain() -> None:
    def write_ten(writer: int) -> None:
        for _ in range(10):
            append(writer)
        connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write_ten, range(4)))
    assert AuditEntry.objects.count() == 40
    assert audit.verify() == []
