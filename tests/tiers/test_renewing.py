"""The thread that renews copies before they are over: one, for as long as it is asked, whatever a round comes to."""

import threading
import time
from collections.abc import Callable

import pytest
import structlog

from config.lib.database import DatabaseAway
from tiers.renewing import PAUSE_SECONDS, Renewer


def within(seconds: float, met: Callable[[], bool]) -> bool:
    """Whether something comes true in that time."""
    until = time.monotonic() + seconds
    while not met() and time.monotonic() < until:
        time.sleep(0.005)
    return met()


def test_asked_many_times_it_does_a_round_and_asked_again_later_another() -> None:
    rounds: list[str] = []
    renewer = Renewer(lambda: rounds.append(threading.current_thread().name))
    for _ in range(1000):
        renewer.ask()
    assert within(2, lambda: not renewer.asked)
    assert len(rounds) <= 2
    before = len(rounds)
    time.sleep(3 * PAUSE_SECONDS)
    assert len(rounds) == before, "it does nothing unasked"
    renewer.ask()
    assert within(2, lambda: len(rounds) > before)
    assert set(rounds) == {"renewer"}


@pytest.mark.parametrize(("fault", "said"), [(DatabaseAway, []), (RuntimeError, ["renewing_failed"])])
def test_a_round_that_fails_is_not_the_last(fault: type[Exception], said: list[str]) -> None:
    tried: list[float] = []

    def fail() -> None:
        tried.append(time.monotonic())
        raise fault

    renewer = Renewer(fail)
    with structlog.testing.capture_logs() as lines:
        renewer.ask()
        assert within(2, lambda: len(tried) == 1 and not renewer.asked)
        first = renewer.thread
        renewer.ask()
        assert within(2, lambda: len(tried) == 2 and not renewer.asked)
    assert renewer.thread is first
    assert [line["event"] for line in lines] == said * 2
