"""PostgreSQL starts over whatever a kill or another process left behind."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.lib.embedded_home import EmbeddedError
from config.lib.embedded_postgres import CONFIGURATION, EmbeddedPostgres

pytestmark = pytest.mark.processes


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    home = Path(tempfile.mkdtemp(prefix="gh-")).resolve()
    server = EmbeddedPostgres(home / "postgres")
    yield server
    server.stop()
    shutil.rmtree(home)


def asked(server: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(question).fetchone()
        return None if row is None else row[0]


def test_it_is_set_up_for_the_work_and_not_by_the_machine(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "no_SUCH.locale")
    monkeypatch.setenv("PGPORT", "1")
    server.start()
    for name, value in CONFIGURATION.items():
        assert asked(server, f"SELECT current_setting('{name}')") == value
    assert asked(server, "SELECT datlocale FROM pg_database WHERE datname = 'template1'") == "C.UTF-8"
    assert asked(server, "SELECT lower('\N{LATIN CAPITAL LETTER A WITH DIAERESIS}')") == "ä"
    assert asked(server, "SHOW synchronous_commit") == "on"


def test_starting_and_stopping_twice_changes_nothing(server: EmbeddedPostgres) -> None:
    server.start()
    asked(server, "SELECT 1")
    server.start()
    assert server.is_up()
    server.stop()
    server.stop()
    assert not server.is_up()
    assert not server.is_running()


def test_a_left_over_pid_that_another_process_has_got_since_is_no_hindrance(server: EmbeddedPostgres) -> None:
    server.start()
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text(encoding="ascii").splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:], ""]), encoding="ascii")
    server.start()
    assert asked(server, "SELECT 1") == 1


def test_a_start_killed_while_making_the_data_is_made_good(server: EmbeddedPostgres) -> None:
    half = server.data.with_suffix(".new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")
    server.start()
    assert server.is_up()
    assert not half.exists()


def test_a_failure_is_told_in_one_line_with_its_reason(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.data / "postgresql.auto.conf").write_text("no_such_setting = 1\n", encoding="ascii")
    with pytest.raises(EmbeddedError, match=r"PostgreSQL did not start: .*FATAL.*its log is") as refusal:
        server.start()
    assert "\n" not in str(refusal.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder another's")
def test_data_of_another_user_is_refused_by_name(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    os.chown(server.data, 65534, 65534)
    with pytest.raises(EmbeddedError, match=r"belongs to nobody, and the server would run as gatehouse\."):
        server.start()
