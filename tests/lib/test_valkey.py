"""Valkey asked in one go: by scripts too, from many threads, over a restart, and not at all while it is away."""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pytest_django import Settings
from redis.exceptions import ResponseError

from config.lib import valkey as module
from config.lib.embedded_valkey import EmbeddedValkey
from config.lib.valkey import TIMEOUT_SECONDS, Script, Valkey, ValkeyAway, packed

PING = packed(("PING",))


@pytest.fixture
def valkey() -> Valkey:
    return Valkey("nothing")


def test_several_commands_are_answered_in_their_order(valkey: Valkey) -> None:
    assert valkey.ask(PING, packed(("ECHO", "\N{SNOWMAN}")), PING) == [b"PONG", "\N{SNOWMAN}".encode(), b"PONG"]


def test_a_command_that_is_refused_spoils_no_other(valkey: Valkey) -> None:
    first, refused, last = valkey.ask(PING, packed(("GET",)), PING)
    assert (first, last, type(refused)) == (b"PONG", b"PONG", ResponseError)
    assert valkey.ask(PING) == [b"PONG"]


def test_a_script_runs_whether_valkey_knows_it_or_not(valkey: Valkey) -> None:
    script = Script.of("return {KEYS[1], ARGV[1] + 1}")
    valkey.ask(packed(("SCRIPT", "FLUSH")))
    assert valkey.run(script, [b"key"], 4) == [b"key", 5]
    assert valkey.run(script, [b"key"], 5) == [b"key", 6]


def test_a_script_s_fault_is_told_and_valkey_is_asked_on(valkey: Valkey) -> None:
    with pytest.raises(ResponseError):
        valkey.run(Script.of("return nonsense()"), [])
    assert valkey.ask(PING) == [b"PONG"]


def test_threads_do_not_get_each_other_s_answers(valkey: Valkey) -> None:
    wrong: list[object] = []

    def echo(name: str) -> None:
        for number in range(200):
            text = f"{name}-{number}"
            if valkey.ask(packed(("ECHO", text))) != [text.encode()]:
                wrong.append(text)

    threads = [threading.Thread(target=echo, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.fixture
def own(settings: Settings) -> Iterator[EmbeddedValkey]:
    """A Valkey of this test's own."""
    with tempfile.TemporaryDirectory(prefix="gh-") as folder:
        server = EmbeddedValkey(Path(folder).resolve() / "valkey")
        server.start()
        settings.REDIS_URL = server.url
        yield server
        server.stop()


@pytest.mark.processes
def test_a_restart_between_two_questions_is_not_noticed(valkey: Valkey, own: EmbeddedValkey) -> None:
    assert valkey.ask(PING) == [b"PONG"]
    own.stop()
    own.start()
    assert valkey.ask(PING) == [b"PONG"]


@pytest.mark.processes
def test_one_that_is_away_is_left_alone_said_once_and_asked_again_later(
    valkey: Valkey, own: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    valkey.ask(PING)
    own.stop()
    with structlog.testing.capture_logs() as lines:
        begun = time.monotonic()
        for _ in range(1000):
            with pytest.raises(ValkeyAway):
                valkey.ask(PING)
        assert time.monotonic() - begun < 1
    assert [line["event"] for line in lines] == ["valkey_away"]
    own.start()
    monkeypatch.setattr(module, "LEAVE_ALONE_SECONDS", 0.0)
    valkey.away_until = 0.0
    assert valkey.ask(PING) == [b"PONG"]


@pytest.mark.processes
def test_one_that_is_full_is_as_good_as_away(valkey: Valkey, own: EmbeddedValkey) -> None:
    valkey.ask(packed(("CONFIG", "SET", "maxmemory", 1)))
    put = Script.of("return redis.call('SET', KEYS[1], 'value')")
    with pytest.raises(ValkeyAway):
        valkey.run(put, [b"key"])
    valkey.start_anew()
    assert valkey.ask(PING, packed(("GET", "key"))) == [b"PONG", None]


@pytest.mark.processes
def test_what_came_too_late_is_never_read_as_another_s_answer(valkey: Valkey, own: EmbeddedValkey) -> None:
    valkey.ask(packed(("CLIENT", "PAUSE", round(3000 * TIMEOUT_SECONDS))))
    with pytest.raises(ValkeyAway):
        valkey.ask(packed(("ECHO", "late")))
    time.sleep(3 * TIMEOUT_SECONDS)
    valkey.start_anew()
    assert valkey.ask(packed(("ECHO", "mine"))) == [b"mine"]


def test_one_that_hangs_holds_up_one_call_only(valkey: Valkey, settings: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        begun = time.monotonic()
        for _ in range(50):
            with pytest.raises(ValkeyAway):
                valkey.ask(PING)
        assert time.monotonic() - begun < 10 * TIMEOUT_SECONDS
