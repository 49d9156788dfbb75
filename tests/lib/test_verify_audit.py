"""verify_audit says ok with the head of a whole log, and ends with an error that names the first bad entry."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.lib import audit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_entries() -> None:
    for number in range(3):
        audit.append(actor="command", act="test", subject=f"thing:{number}", details={})


def test_a_whole_log_is_ok(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    assert capsys.readouterr().out == f"ok: 3 entries, head {audit.head()}\n"


def test_what_it_prints_is_the_witness_of_a_later_run(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    witness = capsys.readouterr().out.split()[-1]
    audit.append(actor="command", act="test", subject="thing", details={})
    call_command("verify_audit", f"--witness={witness}")
    assert capsys.readouterr().out.startswith("ok: 4 entries")
    with pytest.raises(CommandError, match="entry 3: is not the entry that was witnessed"):
        call_command("verify_audit", f"--witness=3:{'0' * 64}")


def test_a_touched_log_ends_with_an_error_that_names_the_entry() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE lib_auditentry SET actor = 'nobody' WHERE seq = 2")
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(CommandError, match="entry 2: was changed"):
        call_command("verify_audit")


def test_a_witness_that_is_none_is_told() -> None:
    with pytest.raises(CommandError, match="witness"):
        call_command("verify_audit", "--witness=three")
