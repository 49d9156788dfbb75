"""Past what a process can do, bulk callers are turned away first, and codes and lookups last."""

import json
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pytest_django import Settings

from config.lib.shedding import FEED, SHED, Press, Shedding, press_of, waited_seconds

CODES = "/v1/signups/sgn_1/checks"
LOOKUP = "/v1/accounts/acct_1/tier"
SIGNUP = "/v1/signups"
LIST = "/v1/lists/mailboxes/entries"
BACKGROUND = {"HTTP_PRIORITY": "u=7"}


class House:
    """What stands behind: it answers once it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.let.set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.let.wait(10)
        start_response("200 OK", [])
        return (environ["PATH_INFO"].encode(),)


def ask(door: Shedding, path: str, **environ: str) -> tuple[int, dict[str, str], bytes]:
    said: list[Any] = []
    body = b"".join(door({"PATH_INFO": path, **environ}, lambda status, headers: said.extend((status, headers))))
    return int(said[0].split()[0]), dict(said[1]), body


def turned_away(press: Press) -> float:
    return float(SHED.labels(press)._value.get())


@pytest.mark.parametrize(
    ("path", "environ", "press"),
    [
        (CODES, {}, Press.PRESSING),
        (f"{CODES}/email/answers", {}, Press.PRESSING),
        (LOOKUP, {}, Press.PRESSING),
        ("/v1/tiers/lookup", {}, Press.PRESSING),
        ("/v1/gateway/authorize/v1/x", {}, Press.PRESSING),
        ("/healthz", {}, Press.PRESSING),
        (SIGNUP, {}, Press.ORDINARY),
        ("/console/", {}, Press.ORDINARY),
        (LIST, {}, Press.BULK),
        ("/v1/reports/friction", {}, Press.BULK),
        ("/v1/accounts/acct_1/reports", {}, Press.ORDINARY),
        (SIGNUP, BACKGROUND, Press.BULK),
        (SIGNUP, {"HTTP_PRIORITY": "u=3, i"}, Press.ORDINARY),
    ],
)
def test_how_pressing_a_call_is(path: str, environ: dict[str, str], press: Press) -> None:
    assert press_of({"PATH_INFO": path, **environ}) is press


@pytest.mark.parametrize("threads", [1, 3])
def test_bulk_never_takes_the_last_thread(threads: int) -> None:
    house = House()
    door = Shedding(house, threads=threads)
    house.let.clear()
    with ThreadPoolExecutor(8) as pool:
        held = [pool.submit(ask, door, SIGNUP) for _ in range(max(1, threads - 1))]
        while door.at_work < len(held):
            time.sleep(0.01)
        before = turned_away(Press.BULK)
        status, headers, body = ask(door, LIST)
        assert (status, headers["Retry-After"], json.loads(body)["code"]) == (503, "5", "overloaded")
        assert ask(door, SIGNUP, **BACKGROUND)[0] == 503
        assert turned_away(Press.BULK) == before + 2
        last = [pool.submit(ask, door, path) for path in (SIGNUP, CODES, LOOKUP)]
        house.let.set()
        assert [each.result()[0] for each in (*held, *last)] == [200] * (len(held) + 3)
    assert ask(door, LIST)[0] == 200
    assert door.at_work == 0


def test_a_gateway_that_waits_for_changes_takes_nobody_s_place() -> None:
    house = House()
    door = Shedding(house, threads=2)
    house.let.clear()
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(ask, door, FEED) for _ in range(2)]
        bulk = pool.submit(ask, door, LIST)
        time.sleep(0.05)
        house.let.set()
        assert bulk.result()[0] == 200
        assert all(each.result()[0] == 200 for each in waiting)


@pytest.mark.parametrize(
    ("waited", "served"),
    [(0.1, {LIST, SIGNUP, CODES, LOOKUP}), (1.0, {SIGNUP, CODES, LOOKUP}), (4.0, {CODES, LOOKUP}), (20.0, set())],
)
def test_the_longer_calls_have_waited_the_more_are_turned_away(
    settings: Settings, waited: float, served: set[str]
) -> None:
    settings.TRUSTED_PROXIES = 1
    door, started = Shedding(House(), threads=3), f"t={time.time() - waited:.3f}"
    answered = {
        path for path in (LIST, SIGNUP, CODES, LOOKUP) if ask(door, path, HTTP_X_REQUEST_START=started)[0] == 200
    }
    assert answered == served


def test_nobody_but_a_proxy_of_ours_is_believed(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 0
    assert ask(Shedding(House(), threads=3), LIST, HTTP_X_REQUEST_START=f"t={time.time() - 99:.3f}")[0] == 200


@pytest.mark.parametrize(
    ("said", "waited"),
    [("t=1700000000.250", 0.75), ("1700000000250", 0.75), ("t=1700000002.0", None), ("nonsense", None), ("t=1", None)],
)
def test_what_a_proxy_says_is_read_in_each_of_its_forms(said: str, waited: float | None) -> None:
    assert waited_seconds({"HTTP_X_REQUEST_START": said}, 1_700_000_001.0) == waited
