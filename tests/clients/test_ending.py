"""Gatehouse ends in good time though gateways wait for changes, and the gateways notice. Runs before it is shared."""

import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from gatehouse_client import Following
from tests.clients.install import installed


def until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.processes
def test_it_stops_in_good_time_though_gateways_wait_and_they_know_that_they_are_stale() -> None:
    with ExitStack() as clients:
        with installed(WEB_WORKERS="1") as install:
            client = clients.enter_context(install.client(following=Following(wait=25)))
            assert client.follow()
            time.sleep(1)
            begun = time.monotonic()
        assert time.monotonic() - begun < 20
        until(lambda: client.feed.fault is not None, 35)
        until(lambda: not client.feed.is_fresh, 35)
