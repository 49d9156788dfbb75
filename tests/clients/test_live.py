"""The client and the running service: what is promised of both together holds with real processes and real sockets."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from gatehouse_client import (
    Following,
    Gatehouse,
    KeyRefused,
    NotFound,
    Source,
    TokenInvalid,
    TokenRevoked,
    WhenAway,
)
from tests.cast import alice
from tests.clients.install import Install

pytestmark = pytest.mark.processes
PROMISED_SECONDS = 5.0


@pytest.fixture
def gatehouse(install: Install) -> Iterator[Gatehouse]:
    with install.client() as client:
        yield client


def signed_up(client: Gatehouse, name: str) -> str:
    client.signups.create(alice(account_id=name, email=f"{name}@gmail.com", phone=None))
    return name


def until(true: Callable[[], bool], seconds: float) -> float:
    """When it became true, by the clock."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return time.time()


def is_revoked(client: Gatehouse, token: str) -> bool:
    try:
        client.check_token(token)
    except TokenRevoked:
        return True
    return False


def test_a_signup_walks_from_the_first_call_to_a_token_that_is_checked_with_nobody_asked(
    install: Install, gatehouse: Gatehouse
) -> None:
    signup = gatehouse.signups.create(alice(account_id="acct_walk"))
    assert (signup.tier, signup.outcome) == ("trial", "allow")
    asked = gatehouse.signups.ask(signup.id, "email")
    assert asked.raw["checks"][0]["kind"] == "email"
    assert gatehouse.signups.get(signup.id).account_id == "acct_walk"
    told = gatehouse.tier_of("acct_walk")
    token = gatehouse.issue_token("acct_walk")
    assert gatehouse.follow()
    checked = gatehouse.check_token(token.token)
    assert (checked.tier, checked.limits, checked.version) == (told.tier, told.limits, told.version)
    assert checked.source is Source.TOKEN


def test_gateways_that_ask_nothing_on_a_request_follow_a_change_within_five_seconds_more_than_can_wait_at_once(
    install: Install, gatehouse: Gatehouse
) -> None:
    """Four can wait here, two in each of two processes; seven follow, and everybody else is served meanwhile."""
    name = signed_up(gatehouse, "acct_followed")
    token = gatehouse.issue_token(name).token
    with ExitStack() as made, ThreadPoolExecutor(7) as pool:
        gateways = [made.enter_context(install.client()) for _ in range(7)]
        assert all(gateway.follow() for gateway in gateways)
        assert not any(is_revoked(gateway, token) for gateway in gateways)
        noticing = [
            pool.submit(until, lambda gateway=gateway: is_revoked(gateway, token), 60)  # type: ignore[misc] # mypy cannot see the default
            for gateway in gateways
        ]
        took = [_lookup_seconds(install) for _ in range(20)]
        denied = install.deny(name)
        delays = [noticed.result() - denied for noticed in noticing]
    assert max(delays) < PROMISED_SECONDS, delays
    assert sorted(took)[len(took) // 2] < 1.0, took
    assert gatehouse.tier_of(name).tier == "blocked"


def _lookup_seconds(install: Install) -> float:
    """On a connection of its own, which any of the processes may take."""
    begun = time.monotonic()
    headers = {"Authorization": f"Bearer {install.key}"}
    httpx.get(f"{install.live.address}/v1/tiers", headers=headers, timeout=10).raise_for_status()
    return time.monotonic() - begun


def test_a_gateway_that_starts_after_the_change_knows_of_it_before_it_trusts_a_token(
    install: Install, gatehouse: Gatehouse
) -> None:
    name = signed_up(gatehouse, "acct_before")
    token = gatehouse.issue_token(name).token
    install.deny(name)
    with install.client() as later:
        assert later.follow()
        assert is_revoked(later, token)
        assert later.tier_by_token(token).tier == "blocked"


def test_what_was_kept_of_an_account_ends_with_the_change(install: Install) -> None:
    with install.client(following=Following(wait=10)) as client:
        name = signed_up(client, "acct_kept")
        assert client.follow()
        assert client.tier_of(name).tier == "trial"
        denied = install.deny(name)
        assert until(lambda: client.tier_of(name).tier == "blocked", 30) - denied < PROMISED_SECONDS


def test_after_the_keys_were_rotated_tokens_of_before_and_after_are_both_good(
    install: Install, gatehouse: Gatehouse
) -> None:
    name = signed_up(gatehouse, "acct_rotated")
    gatehouse.follow()
    before = gatehouse.issue_token(name).token
    install.live.runs("from django.core.management import call_command; call_command('rotate_tier_keys', '--now')")
    time.sleep(6)  # what a process remembers of the keys
    with install.client() as later:
        later.follow()
        keys = httpx.get(f"{install.live.address}/.well-known/jwks.json").json()["keys"]
        assert len(keys) == 2
        for client in (gatehouse, later):
            assert client.check_token(before).tier == client.check_token(client.issue_token(name).token).tier


def test_nobody_is_let_in_by_a_no(install: Install, gatehouse: Gatehouse) -> None:
    with pytest.raises(NotFound):
        gatehouse.tier_of("acct_nobody")
    with pytest.raises(NotFound):
        gatehouse.issue_token("acct_nobody")
    with pytest.raises(TokenInvalid):
        gatehouse.check_token("gh.no.token")
    wrong = f"gh_sk_live_{'a' * 12}_{'A' * 43}"
    with Gatehouse(install.live.address, wrong, application="x", when_away=WhenAway.LAST_KNOWN) as stranger:
        with pytest.raises(KeyRefused):
            stranger.tier_of("acct_walk")
        assert stranger.follow(within=1) is False


def test_many_tiers_are_looked_up_at_once(install: Install, gatehouse: Gatehouse) -> None:
    schema = httpx.get(f"{install.live.address}/v1/schema?format=json").json()
    if "/v1/tiers/lookup" not in schema["paths"]:
        pytest.skip("this Gatehouse does not look up many tiers at once")
    name = signed_up(gatehouse, "acct_many")
    found = gatehouse.tiers.of_many([name, "acct_nobody"])
    assert found["acct_nobody"] is None
    assert found[name] == gatehouse.tier_of(name)
