"""Lookups while Valkey or PostgreSQL is stopped: right and slower, last known for a time, and never higher."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.granian import QUICKLY, Line, Said, Servers, serving

pytestmark = pytest.mark.processes

LAST_KNOWN_SECONDS = 12
FRESH_SECONDS = 5.0
THREADS = 3  # of a worker, as docs/production.md has it
TIERS = {"acct_alice": "standard", "acct_carol": "trusted"}


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    home = Path(tempfile.mkdtemp(prefix="gh-")).resolve()
    home.chmod(0o755)  # PostgreSQL runs as another user when root runs the tests
    made = Servers.made(home)
    yield made
    made.stop()
    shutil.rmtree(home)


@pytest.fixture
def key(servers: Servers) -> Iterator[str]:
    servers.postgres.start()
    servers.valkey.start()
    servers.write("DELETE FROM tiers_account")
    for name, tier in TIERS.items():
        servers.account(name, tier)
    yield servers.key()
    servers.postgres.start()
    servers.valkey.start()


@pytest.fixture
def gatehouse(servers: Servers, key: str) -> Iterator[Line]:
    """One worker, so that what it knows is known."""
    environment = {**servers.environment, "LAST_KNOWN_SECONDS": str(LAST_KNOWN_SECONDS)}
    with serving(environment, workers=1) as port, Line(port, key) as line:
        yield line


def tier(line: Line, name: str = "acct_alice") -> tuple[str, str]:
    """The tier and what it rests on."""
    said = line.get(f"/v1/accounts/{name}/tier")
    assert said.status == 200, said.body
    return said.json()["tier"], said.json()["basis"]


def until(line: Line, told: tuple[str, str], *, seconds: float) -> float:
    """After how many seconds it is told so."""
    begun = time.monotonic()
    while tier(line) != told:
        assert time.monotonic() - begun < seconds, tier(line)
        time.sleep(0.05)
    return time.monotonic() - begun


def slow(line: Line, calls: int) -> list[float]:
    """The calls, of so many, that took a while."""
    return [said.seconds for said in _calls(line, calls) if said.seconds > 0.1]


def _calls(line: Line, calls: int) -> list[Said]:
    return [line.get(f"/v1/accounts/nobody_{number}/tier") for number in range(calls)]


def test_without_valkey_answers_are_right_and_only_the_first_waits(servers: Servers, gatehouse: Line) -> None:
    assert tier(gatehouse) == ("standard", "current")
    servers.valkey.stop()
    begun = time.monotonic()
    assert {said.status for said in _calls(gatehouse, 100)} == {404}
    assert time.monotonic() - begun < 100 * 0.1, "a hundred calls beyond the copies waited for nothing"
    servers.write("UPDATE tiers_account SET tier = 'blocked', version = 2 WHERE account_id = 'acct_alice'")
    assert until(gatehouse, ("blocked", "current"), seconds=FRESH_SECONDS) < FRESH_SECONDS
    assert gatehouse.get("/v1/gateway/authorize", X_Account_Id="acct_alice").status == 403
    assert gatehouse.get("/v1/gateway/authorize", X_Account_Id="acct_carol").status == 200
    servers.valkey.start()
    assert tier(gatehouse, "acct_carol") == ("trusted", "current")


def test_a_valkey_that_dies_under_calls_at_once_leaves_each_of_them_right_and_none_waiting(
    servers: Servers, key: str
) -> None:
    environment = {**servers.environment, "LOCAL_COPIES": "0"}
    said: list[tuple[float, Said]] = []
    over = threading.Event()
    with serving(environment, workers=1, threads=THREADS) as port:
        callers = [threading.Thread(target=_ask_on, args=(port, key, said, over)) for _ in range(2 * THREADS)]
        for caller in callers:
            caller.start()
        time.sleep(1)
        servers.valkey.stop()
        time.sleep(1)
        before = time.monotonic()
        servers.write("UPDATE tiers_account SET tier = 'blocked', version = 2 WHERE account_id = 'acct_alice'")
        changed = time.monotonic()
        time.sleep(1)
        servers.valkey.start()
        time.sleep(FRESH_SECONDS + 1)
        over.set()
        for caller in callers:
            caller.join(10)
    assert not any(caller.is_alive() for caller in callers)
    assert {one.status for _, one in said} == {200}
    assert max(one.seconds for _, one in said) < QUICKLY
    assert {one.json()["tier"] for at, one in said if at + one.seconds < before} == {"standard"}
    assert {one.json()["tier"] for at, one in said if at > changed + FRESH_SECONDS} == {"blocked"}


def _ask_on(port: int, key: str, said: list[tuple[float, Said]], over: threading.Event) -> None:
    with Line(port, key) as line:
        while not over.is_set():
            said.append((time.monotonic(), line.get("/v1/accounts/acct_alice/tier")))


def test_an_emptied_valkey_is_filled_again_by_who_asks(servers: Servers, gatehouse: Line) -> None:
    assert tier(gatehouse) == ("standard", "current")
    servers.valkey.stop()
    shutil.rmtree(servers.valkey.data / "appendonlydir")
    servers.valkey.start()
    time.sleep(FRESH_SECONDS)
    assert tier(gatehouse) == ("standard", "current")


def test_without_postgresql_the_last_known_goes_on_for_the_time_set_and_then_all_stand_lowest(
    servers: Servers, gatehouse: Line
) -> None:
    assert tier(gatehouse) == ("standard", "current")
    read_at = time.monotonic()
    servers.postgres.stop()
    waited = until(gatehouse, ("standard", "last_known"), seconds=FRESH_SECONDS + QUICKLY)
    assert waited <= FRESH_SECONDS
    said = gatehouse.get("/v1/accounts/acct_alice/tier")
    assert said.headers["cache-control"].startswith("private, max-age=")
    assert slow(gatehouse, 50) == [], "nobody waits for a PostgreSQL that was found away"
    permitted = gatehouse.get("/v1/gateway/authorize", X_Account_Id="acct_alice")
    assert (permitted.status, permitted.headers["x-gatehouse-basis"]) == (200, "last_known")
    until(gatehouse, ("blocked", "lowest"), seconds=LAST_KNOWN_SECONDS)
    assert time.monotonic() - read_at >= LAST_KNOWN_SECONDS - 1
    lowest = gatehouse.get("/v1/accounts/acct_alice/tier")
    assert (lowest.json()["version"], lowest.headers["cache-control"]) == (0, "no-store")
    refused = gatehouse.get("/v1/gateway/authorize", X_Account_Id="acct_alice")
    assert (refused.status, refused.json()["code"]) == (403, "access_undecided")
    servers.postgres.start()
    assert until(gatehouse, ("standard", "current"), seconds=3 * QUICKLY) < 3 * QUICKLY


def test_without_postgresql_strangers_and_accounts_never_asked_for_look_the_same(
    servers: Servers, gatehouse: Line
) -> None:
    assert tier(gatehouse) == ("standard", "current")
    servers.postgres.stop()
    asked = gatehouse.post("/v1/tiers/lookup", {"account_ids": ["acct_carol", "nobody"]})
    carol, nobody = ({**item, "account_id": "", "budget_key": ""} for item in asked.json()["items"])
    assert carol == nobody
    assert (carol["tier"], carol["basis"]) == ("blocked", "lowest")


def test_without_postgresql_another_process_goes_on_with_what_valkey_was_told(
    servers: Servers, key: str, gatehouse: Line
) -> None:
    with serving(servers.environment, workers=1) as port, Line(port, key) as other:
        assert tier(other, "acct_carol") == ("trusted", "current")  # it knows its caller, and not Alice
        assert tier(gatehouse) == ("standard", "current")
        servers.postgres.stop()
        time.sleep(FRESH_SECONDS)
        assert tier(other) == ("standard", "last_known")


def test_with_both_away_a_process_goes_on_with_its_own_copies_and_knows_no_new_caller(
    servers: Servers, gatehouse: Line
) -> None:
    unknown = servers.key()
    assert tier(gatehouse) == ("standard", "current")
    servers.postgres.stop()
    servers.valkey.stop()
    until(gatehouse, ("standard", "last_known"), seconds=FRESH_SECONDS + QUICKLY)
    with Line(gatehouse.connection.port, unknown) as stranger:
        refused = stranger.get("/v1/accounts/acct_alice/tier")
        assert (refused.status, refused.json()["code"]) == (503, "storage_away")
        assert refused.headers["retry-after"] == "1"
        asked = stranger.get("/v1/gateway/authorize", X_Account_Id="acct_alice")
        assert (asked.status, asked.json()["code"]) == (403, "access_undecided")


@pytest.mark.parametrize("end", ["revoked_at", "expires_at"])
def test_a_key_that_ended_opens_nothing_within_five_seconds_in_any_process(
    servers: Servers, key: str, gatehouse: Line, end: str
) -> None:
    assert tier(gatehouse) == ("standard", "current")
    servers.write(f"UPDATE lib_apikey SET {end} = now() WHERE public_id = %s", key[11:23])  # noqa: S608 - a column
    begun = time.monotonic()
    while gatehouse.get("/v1/accounts/acct_alice/tier").status == 200:
        assert time.monotonic() - begun < FRESH_SECONDS
        time.sleep(0.1)
    assert gatehouse.get("/v1/accounts/acct_alice/tier").json()["code"] == "api_key_invalid"
    assert gatehouse.get("/v1/gateway/authorize", X_Account_Id="acct_alice").status == 401
