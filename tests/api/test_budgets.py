"""A gateway without a limiter of its own draws on the budgets of accounts, at the door and behind it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.auth import create_key
from config.wsgi import application, behind
from tests.cast import alice, bob
from tests.conftest import ALL_SCOPES, client_with, post
from tests.wsgi import Caller
from tiers import ledger
from tiers.models import Account

CONSUME, RELEASE = "/v1/budgets/consume", "/v1/budgets/release"


@pytest.fixture
def key(db: None) -> str:
    token = create_key(kind="secret", scopes=ALL_SCOPES, application="gateway", name="tests")
    for name in ("acct_alice", "acct_carol", "acct_dave"):
        post(client_with(token), "/v1/signups", alice(account_id=name))
    Account.objects.filter(account_id__in=["acct_carol", "acct_dave"]).update(
        tier="trial", budget="ring:rng_1", version=2
    )
    return token


@pytest.fixture(params=[application, behind], ids=["at the door", "behind it"])
def gateway(key: str, request: pytest.FixtureRequest) -> Caller:
    return Caller(request.param, key)


def consume(gateway: Caller, account_id: str = "acct_alice", **asked: Any) -> Any:
    return gateway.post(CONSUME, {"account_id": account_id, **asked})


def test_a_call_is_granted_and_told_what_is_left(gateway: Caller) -> None:
    answered = consume(gateway, tokens=1000)
    assert answered.json() == {
        "account_id": "acct_alice",
        "granted": True,
        "tier": "trial",
        "budget_key": "account:acct_alice",
        "lease": None,
        "retry_after": None,
        "violated": [],
        "left": {
            "requests_per_minute": {"limit": 6, "remaining": 5, "resets": 10},
            "tokens_per_minute": {"limit": 3000, "remaining": 2000, "resets": 20},
            "tokens_per_day": {"limit": 30000, "remaining": 29000, "resets": 2880},
        },
        "counted": "valkey",
        "warnings": [],
    }
    policies = answered.headers["RateLimit-Policy"]
    assert '"requests_per_minute";q=6;w=60' in policies
    assert '"tokens_per_day";q=30000;w=86400;qu="tokens"' in policies
    assert policies.endswith('"concurrency";q=1;qu="concurrent-requests"')
    assert policies.startswith('"lookups";q=')
    assert '"requests_per_minute";r=5;t=10' in answered.headers["RateLimit"]
    assert '"tokens_per_day";r=29000;t=2880' in answered.headers["RateLimit"]


def test_one_too_many_is_no_error_and_is_told_when_to_come_back(gateway: Caller) -> None:
    assert [consume(gateway).json()["granted"] for _ in range(7)] == [True] * 6 + [False]
    refused = consume(gateway)
    assert (refused.status, refused.json()["violated"]) == (200, ["requests_per_minute"])
    assert refused.json()["retry_after"] == int(refused.headers["Retry-After"])
    assert 1 <= refused.json()["retry_after"] <= 10


def test_accounts_of_a_ring_draw_on_one_budget_and_others_on_their_own(gateway: Caller) -> None:
    granted = [consume(gateway, name).json()["granted"] for name in ("acct_carol", "acct_dave") * 5]
    assert granted == [True] * 6 + [False] * 4
    assert consume(gateway, "acct_dave").json()["budget_key"] == "ring:rng_1"
    assert consume(gateway).json()["granted"]


def test_what_can_never_be_granted_is_not_told_to_wait(gateway: Caller) -> None:
    answered = consume(gateway, tokens=30_001)
    assert (answered.json()["granted"], answered.json()["retry_after"]) == (False, None)
    assert answered.json()["violated"] == ["tokens_per_minute", "tokens_per_day"]
    assert "Retry-After" not in answered.headers
    post(client_with(gateway.key or ""), "/v1/signups", bob())
    Account.objects.filter(account_id="acct_bob").update(tier="blocked")
    assert (consume(gateway, "acct_bob").json()["granted"], consume(gateway, "acct_bob").json()["retry_after"]) == (
        False,
        None,
    )


def test_a_call_under_way_holds_its_place_until_it_is_released_with_what_it_took(gateway: Caller) -> None:
    lease = consume(gateway, hold=60).json()["lease"]
    refused = consume(gateway, hold=60).json()
    assert (refused["granted"], refused["violated"], refused["lease"]) == (False, ["concurrency"], None)
    told = gateway.post(RELEASE, {"account_id": "acct_alice", "lease": lease, "tokens": 40_000}).json()
    assert told == {"account_id": "acct_alice", "released": True, "warnings": []}
    after = consume(gateway, hold=60).json()
    assert after["violated"] == ["tokens_per_minute", "tokens_per_day"], "what it took is taken whatever was left"
    again = gateway.post(RELEASE, {"account_id": "acct_alice", "lease": lease}).json()
    assert again["released"] is False


@pytest.mark.parametrize("address", [CONSUME, RELEASE])
@pytest.mark.parametrize("account_id", ["nobody", "\N{SNOWMAN}", "x" * 300])
def test_an_unknown_account_is_not_found_and_nothing_more(gateway: Caller, address: str, account_id: str) -> None:
    answered = gateway.post(address, {"account_id": account_id})
    assert (answered.status, answered.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "asked",
    [{"requests": -1}, {"requests": 1001}, {"tokens": "many"}, {"hold": 3601}, {"requests": 1.5}, {"tokens": None}],
)
def test_what_cannot_be_asked_for_is_named(gateway: Caller, asked: dict[str, Any]) -> None:
    answered = consume(gateway, **asked)
    assert (answered.status, answered.json()["errors"][0]["field"]) == (400, next(iter(asked)))


def test_an_unknown_field_is_warned_of(gateway: Caller) -> None:
    assert consume(gateway, colour="red").json()["warnings"] == ["unknown field: colour"]
    assert gateway.post(RELEASE, {"account_id": "acct_alice", "hold": 5}).json()["warnings"] == ["unknown field: hold"]


def test_a_repeat_under_an_idempotency_key_takes_nothing_again(gateway: Caller) -> None:
    sent = {"account_id": "acct_alice", "requests": 4}
    first, again = (gateway.post(CONSUME, sent, Idempotency_Key="one-call") for _ in range(2))
    assert (first.json(), again.json(), again.headers["Idempotency-Replayed"]) == (again.json(), first.json(), "true")
    assert consume(gateway).json()["left"]["requests_per_minute"]["remaining"] == 1


def test_a_key_without_the_scope_draws_on_nothing(client_of: Callable[..., APIClient], key: str) -> None:
    refused = post(client_of("tiers:read"), CONSUME, {"account_id": "acct_alice"})
    assert (refused.status_code, refused.json()["scope"]) == (403, "budgets:write")
    front = Caller(application, create_key(kind="secret", scopes=["tiers:read"], application="g", name="t"))
    assert front.post(CONSUME, {"account_id": "acct_alice"}).status == 403
    assert consume(Caller(application, key)).json()["left"]["requests_per_minute"]["remaining"] == 5


@pytest.fixture
def without_valkey(settings: Settings) -> Iterator[None]:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    yield
    ledger.valkey.start_anew()


@pytest.mark.usefixtures("without_valkey")
@pytest.mark.parametrize(("share", "granted"), [(0.1, 1), (0.5, 3), (1.0, 6), (0.0, 0)])
def test_without_valkey_a_process_gives_out_its_part_of_each_budget(
    gateway: Caller, settings: Settings, share: float, granted: int
) -> None:
    settings.BUDGETS_AWAY_SHARE = share
    answers = [consume(gateway, name).json() for name in ("acct_carol", "acct_dave") * 4]
    assert sum(answer["granted"] for answer in answers) == granted
    assert {answer["counted"] for answer in answers} == {"process"}


@pytest.mark.usefixtures("without_valkey")
def test_without_valkey_a_call_under_way_holds_its_place_too(gateway: Caller, settings: Settings) -> None:
    settings.BUDGETS_AWAY_SHARE = 1.0
    lease = consume(gateway, hold=60).json()["lease"]
    assert consume(gateway, hold=60).json()["violated"] == ["concurrency"]
    assert gateway.post(RELEASE, {"account_id": "acct_alice", "lease": lease}).json()["released"]
    assert consume(gateway, hold=60).json()["granted"]


def test_draws_are_counted_by_what_came_of_them(key: str) -> None:
    def count(granted: str) -> float:
        text = Caller(application).get("/metrics").body.decode()
        found = re.search(rf'gatehouse_budget_orders_total\{{granted="{granted}",where="valkey"\}} (\S+)', text)
        return float(found[1]) if found else 0.0

    before = count("yes"), count("no")
    for _ in range(8):
        consume(Caller(application, key))
    assert (count("yes"), count("no")) == (before[0] + 6, before[1] + 2)
