"""Valkey asked in one go: by scripts too, from many threads, over a restart, and not at all while it is away."""

import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
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


def at_once(number: int, work: Callable[[int], object]) -> list[threading.Thread]:
    """So many threads that do it, each with its number; started."""
    threads = [threading.Thread(target=work, args=(each,), daemon=True) for each in range(number)]
    for thread in threads:
        thread.start()
    return threads


def all_end(threads: list[threading.Thread], *, seconds: float) -> bool:
    """Whether all do, within a time."""
    ends = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


def echoes(valkey: Valkey, name: str) -> bool:
    """Whether it gives a thread its own answers, one of them a refusal."""
    first, refused, last = valkey.ask(packed(("ECHO", name)), packed(("GET",)), packed(("ECHO", f"{name}.")))
    return (first, type(refused), last) == (name.encode(), ResponseError, f"{name}.".encode())


def test_threads_do_not_get_each_other_s_answers(valkey: Valkey) -> None:
    right: list[bool] = []
    threads = at_once(16, lambda own: right.extend(echoes(valkey, f"{own}-{number}") for number in range(200)))
    assert all_end(threads, seconds=60)
    assert right == [True] * 16 * 200


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


@pytest.mark.processes
def test_one_that_dies_while_threads_ask_strands_nobody(valkey: Valkey, own: EmbeddedValkey) -> None:
    told: list[bool | None] = []
    over = threading.Event()

    def ask_on(number: int) -> None:
        while not over.is_set():
            try:
                told.append(echoes(valkey, str(number)))
            except ValkeyAway:
                told.append(None)
                valkey.start_anew()

    threads = at_once(12, ask_on)
    for _ in range(3):
        time.sleep(0.2)
        os.kill(valkey_of(own), signal.SIGKILL)
        time.sleep(0.2)
        own.start()
    time.sleep(0.2)
    over.set()
    assert all_end(threads, seconds=10)
    assert (told.count(False), None in told, told[-1]) == (0, True, True)


def valkey_of(server: EmbeddedValkey) -> int:
    """Its process."""
    said: bytes = Valkey("nothing").ask(packed(("INFO", "server")))[0]
    assert server.is_running()
    return int(said.split(b"process_id:")[1].split()[0])


def test_one_that_hangs_holds_up_all_who_ask_at_once_no_longer_than_one(valkey: Valkey, settings: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        away: list[int] = []

        def ask(number: int) -> None:
            with pytest.raises(ValkeyAway):
                valkey.ask(PING)
            away.append(number)

        begun = time.monotonic()
        assert all_end(at_once(20, ask), seconds=10)
        assert time.monotonic() - begun < 10 * TIMEOUT_SECONDS
        assert sorted(away) == list(range(20))


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
