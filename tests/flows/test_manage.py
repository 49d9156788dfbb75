"""manage.py finds the servers up where a command needs them, and leaves them as it found them."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import manage
from config.lib import embedded, secretfile
from config.lib.children import ROOT
from config.lib.embedded_home import is_alive

pytestmark = pytest.mark.processes


@pytest.mark.parametrize(
    ("arguments", "needs"),
    [
        ([], False),
        (["help"], False),
        (["migrate", "--help"], False),
        (["check"], False),
        (["check", "--database", "default"], True),
        (["spectacular", "--file", "schema.yml"], False),
        (["makemigrations", "--check"], True),
        (["migrate"], True),
        (["import_signups", "signups.jsonl"], True),
    ],
)
def test_only_commands_that_ask_the_servers_start_them(arguments: list[str], *, needs: bool) -> None:
    assert manage.needs_servers(["manage.py", *arguments]) is needs


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gh-")).resolve()
    for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL", *secretfile.MAKERS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GATEHOUSE_HOME", str(folder))
    yield folder
    shutil.rmtree(folder)


def command(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def alive(home: Path) -> list[str]:
    return [name for name in ("postgres", "valkey") if is_alive(home / name)]


ASK = "from django.db import connection; connection.ensure_connection(); print('asked', flush=True)"


def test_a_command_starts_the_servers_and_stops_them(home: Path) -> None:
    with command("shell", "--no-imports", "-c", ASK) as process:
        output, errors = process.communicate()
    assert (output, process.returncode) == ("asked\n", 0), errors
    assert alive(home) == []


def test_a_command_leaves_servers_running_that_it_found_running(home: Path) -> None:
    with embedded.running(home):
        with command("shell", "--no-imports", "-c", ASK) as process:
            assert process.communicate()[0] == "asked\n"
        assert alive(home) == ["postgres", "valkey"]
    assert alive(home) == []


def test_a_command_that_is_terminated_leaves_no_servers(home: Path) -> None:
    with command("shell", "--no-imports", "-c", f"{ASK}; import time; time.sleep(60)") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        process.terminate()
    assert process.returncode == 143
    assert alive(home) == []


def test_a_setting_that_makes_no_sense_is_one_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "http://cache.example/0")
    with command("migrate") as process:
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith("manage.py: REDIS_URL ")
    assert errors.count("\n") == 1
    assert not (home / "postgres").exists()
