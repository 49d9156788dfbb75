"""The embedded servers are up while somebody uses them, and no longer; what the environment names is left alone."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.lib import embedded, secretfile
from config.lib.embedded_home import EmbeddedError
from config.lib.env import SettingError

pytestmark = pytest.mark.processes

USE = """
import sys
from pathlib import Path
from config.lib import embedded
with embedded.running(Path(sys.argv[1])):
    print("up", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh GATEHOUSE_HOME with a short path, and an environment that names no servers and no secrets."""
    for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL", *secretfile.MAKERS):
        monkeypatch.delenv(name, raising=False)
    folder = Path(tempfile.mkdtemp(prefix="gh-")).resolve()
    yield folder
    kill_servers(folder)
    shutil.rmtree(folder)


def servers(home: Path) -> list[psutil.Process]:
    """The processes that a home's servers consist of, found without the code under test."""
    found = []
    for process in psutil.process_iter():
        try:
            words = " ".join(process.cmdline())
            if process.status() != psutil.STATUS_ZOMBIE and (str(home) in words or str(home) in process.cwd()):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return [process for process in found if process.name() in ("postgres", "valkey-server")]


def kill_servers(home: Path) -> None:
    """SIGKILL for all of them, and wait until they are gone."""
    deadline = time.monotonic() + 10
    while left := servers(home):
        assert time.monotonic() < deadline
        for process in left:
            process.kill()
        time.sleep(0.05)


def user_of(home: Path) -> "subprocess.Popen[str]":
    """Another process that uses the servers until a line is written to it."""
    process = subprocess.Popen(
        [sys.executable, "-c", USE, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def answers(addresses: embedded.Addresses) -> bool:
    """Whether both servers do their work."""
    with psycopg.connect(addresses.database_url) as connection, redis.Redis.from_url(addresses.redis_url) as client:
        return connection.execute("SELECT 1").fetchone() == (1,) and bool(client.ping())


def test_a_first_use_makes_everything_and_leaves_nothing_running(home: Path) -> None:
    with embedded.running(home) as addresses:
        assert answers(addresses)
        assert os.environ["DATABASE_URL"] == addresses.database_url
        assert os.environ["GATEHOUSE_PEPPER"] in secretfile.file_of(home).read_text(encoding="utf-8")
        assert {process.name() for process in servers(home)} == {"postgres", "valkey-server"}
    assert servers(home) == []
    assert "DATABASE_URL" not in os.environ
    assert "GATEHOUSE_PEPPER" not in os.environ


def test_the_last_user_stops_the_servers_and_no_other(home: Path) -> None:
    with user_of(home) as other:
        with embedded.running(home) as addresses:
            pass
        assert answers(addresses)
        other.communicate("\n")
    assert other.returncode == 0
    assert servers(home) == []


def test_many_users_at_once_find_the_servers_up(home: Path) -> None:
    with ExitStack() as stack:
        command = [sys.executable, "-c", USE, str(home)]
        pipe = subprocess.PIPE
        users = [stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)) for _ in range(4)]
        assert [user.communicate("\n")[0] for user in users] == ["up\n"] * 4
    assert servers(home) == []


def test_what_a_killed_user_leaves_running_is_used_and_then_stopped(home: Path) -> None:
    with user_of(home) as other:
        other.kill()
    left = {process.pid for process in servers(home)}
    assert left
    with embedded.running(home) as addresses:
        assert answers(addresses)
        assert {process.pid for process in servers(home)} & left
    assert servers(home) == []


def test_nothing_committed_is_lost_when_everything_is_killed(home: Path) -> None:
    with user_of(home) as other:
        addresses = embedded.addresses(home)
        with psycopg.connect(addresses.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        with redis.Redis.from_url(addresses.redis_url) as client:
            client.set("kept", "42")
            client.execute_command("WAITAOF", 1, 0, 2000)
        other.kill()
        kill_servers(home)
    with embedded.running(home), psycopg.connect(addresses.database_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        with redis.Redis.from_url(addresses.redis_url) as client:
            assert client.get("kept") == b"42"


def test_a_server_that_dies_under_its_users_is_revived(home: Path) -> None:
    with embedded.running(home) as addresses:
        assert embedded.revive(home) == []
        kill_servers(home)
        assert set(embedded.revive(home)) == {"PostgreSQL", "Valkey"}
        assert answers(addresses)
    assert servers(home) == []


@pytest.mark.parametrize("name", ["long-" * 24, "with blank", "caf\N{LATIN SMALL LETTER E WITH ACUTE}?x=%41#"])
def test_a_home_whose_path_no_socket_could_have_works(home: Path, name: str) -> None:
    with embedded.running(home / name) as addresses:
        assert answers(addresses)
        folder = Path(addresses.redis_url.removeprefix("unix://").partition("?")[0]).parent
        assert home not in folder.parents
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
    assert servers(home) == []


def test_servers_of_your_own_replace_the_embedded_ones(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/gatehouse")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example/3")
    with embedded.running(home) as addresses:
        assert addresses == embedded.Addresses(
            "postgresql://db.example/gatehouse", "redis://cache.example/3", "redis://cache.example/4"
        )
        assert servers(home) == []
    assert os.environ["REDIS_URL"] == "redis://cache.example/3"


def test_servers_of_your_own_replace_the_embedded_ones_one_by_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/gatehouse")
    monkeypatch.setenv("BROKER_URL", "amqp://broker.example//")
    with embedded.running(home) as addresses:
        assert addresses.broker_url == "amqp://broker.example//"
        assert {process.name() for process in servers(home)} == {"valkey-server"}


@pytest.mark.parametrize(
    ("redis_url", "broker_url"),
    [
        ("redis://cache.example", "redis://cache.example/1"),
        (
            "rediss://u:p@cache.example:6380/2?ssl_cert_reqs=none",
            "rediss://u:p@cache.example:6380/3?ssl_cert_reqs=none",
        ),
        ("redis://cache.example?db=4", "redis://cache.example/5"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=1"),
        ("unix:///run/valkey.sock?db=7", "redis+socket:///run/valkey.sock?virtual_host=8"),
    ],
)
def test_a_broker_stands_beside_the_cache(redis_url: str, broker_url: str) -> None:
    assert embedded.broker_beside(redis_url) == broker_url


@pytest.mark.parametrize("redis_url", ["http://cache.example/0", "redis://cache.example/first"])
def test_a_cache_that_no_broker_can_stand_beside_is_refused(redis_url: str) -> None:
    with pytest.raises(SettingError, match="Set BROKER_URL too"):
        embedded.broker_beside(redis_url)


def test_secrets_lost_beside_data_stop_the_start(home: Path) -> None:
    with embedded.running(home):
        pass
    secretfile.file_of(home).unlink()
    with pytest.raises(SettingError, match=r"secrets\.env is missing"), embedded.running(home):
        pass
    assert servers(home) == []


def test_a_home_that_cannot_be_made_is_refused_in_one_line(home: Path) -> None:
    (home / "file").touch()
    with pytest.raises(EmbeddedError, match="cannot be made") as refusal, embedded.running(home / "file" / "below"):
        pass
    assert "\n" not in str(refusal.value)
