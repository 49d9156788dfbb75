"""Valkey keeps what it was given, and starts over whatever was left behind."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from kombu import Connection

from config.lib.embedded_home import EmbeddedError
from config.lib.embedded_valkey import EmbeddedValkey

pytestmark = pytest.mark.processes


@pytest.fixture
def server() -> Iterator[EmbeddedValkey]:
    home = Path(tempfile.mkdtemp(prefix="gh-")).resolve()
    server = EmbeddedValkey(home / "valkey")
    yield server
    server.stop()
    shutil.rmtree(home)


def test_it_never_drops_what_it_holds(server: EmbeddedValkey) -> None:
    server.start()
    with redis.Redis.from_url(server.url) as client:
        settings = client.config_get("appendonly", "maxmemory-policy", "port")
    assert settings == {"appendonly": "yes", "maxmemory-policy": "noeviction", "port": "0"}


def test_tasks_and_cache_are_apart_and_outlive_a_stop(server: EmbeddedValkey) -> None:
    server.start()
    with Connection(server.broker_url) as broker:
        broker.SimpleQueue("tasks").put({"id": 1})
    with redis.Redis.from_url(server.url) as client:
        client.set("cached", "1")
        assert client.keys() == [b"cached"]
    server.stop()
    assert not server.is_running()
    server.start()
    with Connection(server.broker_url) as broker:
        assert broker.SimpleQueue("tasks").get(timeout=5).payload == {"id": 1}


def test_a_left_over_socket_is_no_hindrance(server: EmbeddedValkey) -> None:
    server.start()
    server.stop()
    server.socket.touch()
    assert not server.is_up()
    server.start()
    assert server.is_up()


def test_starting_twice_keeps_the_one_that_runs(server: EmbeddedValkey) -> None:
    server.start()
    with redis.Redis.from_url(server.url) as client:
        first = client.info("server")["process_id"]
        server.start()
        assert client.info("server")["process_id"] == first


def test_a_failure_is_told_in_one_line_with_its_reason(server: EmbeddedValkey) -> None:
    server.start()
    with redis.Redis.from_url(server.url) as client:
        client.set("kept", "1")
    server.stop()
    manifest = next((server.data / "appendonlydir").glob("*.manifest"))
    manifest.write_text("nonsense\n", encoding="ascii")
    with pytest.raises(EmbeddedError, match=r"Valkey does not answer: .*its log is") as refusal:
        server.start()
    assert "\n" not in str(refusal.value)
