"""The door answers as Django does behind it, and lets everything else pass."""

import re
from typing import Any

import pytest
from pytest_django import Settings

from config.lib.auth import KeyKind, KeyOrder, Mode, create_key, issue
from config.wsgi import application, behind
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tests.wsgi import Answer, Caller
from tiers.door import serving

SAME = ("ETag", "Content-Type", "RateLimit-Policy", "X-Content-Type-Options", "Referrer-Policy", "WWW-Authenticate")
IDS = ["acct_alice", "nobody", "é", "acct_\N{SNOWMAN}", "a b", "%", "x" * 200]


@pytest.fixture
def key(db: None) -> str:
    token = create_key(kind="secret", scopes=ALL_SCOPES, application="shop", name="tests")
    post(client_with(token), "/v1/signups", alice())
    return token


@pytest.fixture
def served_here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which routes the door answered by itself."""
    routes: list[str] = []
    timer = serving._timer

    def noted(route: str, *rest: Any) -> Any:
        routes.append(route)
        return timer(route, *rest)

    monkeypatch.setattr(serving, "_timer", noted)
    return routes


def both(key: str | None, *call: Any, **headers: str) -> tuple[Answer, Answer]:
    """The same call at the door and behind it."""
    front, back = (Caller(app, key).call(*call, headers=headers) for app in (application, behind))
    return front, back


def alike(front: Answer, back: Answer) -> bool:
    """Whether two answers are the same but for what belongs to each call."""
    told = [{**answer.json(), "request_id": ""} if answer.body else None for answer in (front, back)]
    seen = [{name: answer.headers.get(name) for name in SAME} for answer in (front, back)]
    return (front.status, told[0], seen[0]) == (back.status, told[1], seen[1])


@pytest.mark.parametrize("account_id", IDS)
def test_a_tier_is_the_same_at_the_door_and_behind_it(key: str, served_here: list[str], account_id: str) -> None:
    address = f"/v1/accounts/{account_id.replace('%', '%25')}/tier"
    front, back = both(key, "GET", address)
    assert alike(front, back), (front, back)
    assert served_here == ["tier"]
    assert front.status == (200 if account_id == "acct_alice" else 404)


def test_a_lookup_is_the_same_at_the_door_and_behind_it(key: str, served_here: list[str]) -> None:
    front, back = (Caller(app, key).post("/v1/tiers/lookup", {"account_ids": IDS}) for app in (application, behind))
    assert (front.status, front.json()) == (back.status, back.json())
    assert served_here == ["tiers-lookup"]


@pytest.mark.parametrize("account_id", [*IDS, ""])
@pytest.mark.parametrize(
    "address",
    ["", "/v1/messages?account_id=acct_alice", "/a%0Ab"],
    ids=["alone", "below", "with a line break"],
)
def test_a_proxy_s_question_is_answered_the_same(key: str, account_id: str, address: str) -> None:
    front, back = both(key, "GET", f"/v1/gateway/authorize{address}", X_Account_Id=account_id)
    told = [
        [(name, value) for name, value in answer.headers.items() if "Gatehouse" in name] for answer in (front, back)
    ]
    assert (front.status, told[0]) == (back.status, told[1])
    assert front.status in (200, 403)


@pytest.mark.parametrize(
    ("given", "status"), [(None, 401), ("gh_sk_live_nonsense", 401), ("signups:write", 403), ("publishable", 403)]
)
@pytest.mark.parametrize(
    "address", ["/v1/accounts/acct_alice/tier", "/v1/accounts/nobody/tier", "/v1/gateway/authorize"]
)
def test_keys_are_held_to_the_same_as_everywhere(db: None, given: str | None, status: int, address: str) -> None:
    keys = {
        "signups:write": lambda: create_key(kind="secret", scopes=["signups:write"], application="shop", name="t"),
        "publishable": lambda: create_key(kind="publishable", scopes=["devices:write"], application="shop", name="t"),
    }
    token = keys[given]() if given in keys else given
    front, back = both(token, "GET", address, X_Account_Id="acct_alice")
    assert alike(front, back), (front, back)
    assert front.status == status


def test_a_test_key_sees_test_accounts_only_and_a_live_key_none_of_them(key: str) -> None:
    _, token = issue(KeyOrder(KeyKind.SECRET, tuple(ALL_SCOPES), "shop", "tests", Mode.TEST))
    post(client_with(token), "/v1/signups", alice(account_id="acct_test"))
    seen = {
        (mode, name): Caller(application, used).get(f"/v1/accounts/{name}/tier").status
        for mode, used in {"live": key, "test": token}.items()
        for name in ("acct_alice", "acct_test")
    }
    assert seen == {
        ("live", "acct_alice"): 200,
        ("live", "acct_test"): 404,
        ("test", "acct_alice"): 404,
        ("test", "acct_test"): 200,
    }


def test_strangers_ids_are_answered_in_one_form_whatever_they_are(key: str) -> None:
    _, token = issue(KeyOrder(KeyKind.SECRET, tuple(ALL_SCOPES), "shop", "tests", Mode.TEST))
    answers = [Caller(application, token).get(f"/v1/accounts/{name}/tier") for name in ("acct_alice", "nobody", "x")]
    forms = {(answer.status, *sorted(answer.headers), *sorted(answer.json())) for answer in answers}
    assert len(forms) == 1
    assert all(answer.json()["code"] == "not_found" for answer in answers)


def test_what_the_gateway_has_already_is_not_sent_again(key: str, served_here: list[str]) -> None:
    gateway = Caller(application, key)
    tag = gateway.get("/v1/accounts/acct_alice/tier").headers["ETag"]
    for sent in (tag, f'"other", W/{tag}'):
        again = gateway.get("/v1/accounts/acct_alice/tier", If_None_Match=sent)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert gateway.get("/v1/accounts/acct_alice/tier", If_None_Match='"other"').status == 200
    assert served_here == ["tier"] * 4


def test_an_answer_says_how_long_it_may_be_kept(key: str) -> None:
    told = Caller(application, key).get("/v1/accounts/acct_alice/tier").headers["Cache-Control"]
    found = re.fullmatch(r"private, max-age=(\d+), stale-if-error=(\d+)", told)
    assert found is not None, told
    assert int(found[1]) <= 4
    assert 890 <= int(found[2]) <= 900


def test_the_caller_s_request_id_comes_back_and_a_mad_one_does_not(key: str) -> None:
    gateway = Caller(application, key)
    sane = gateway.get("/v1/accounts/nobody/tier", X_Request_Id="gateway-0815")
    assert (sane.headers["X-Request-Id"], sane.json()["request_id"]) == ("gateway-0815", "gateway-0815")
    mad = gateway.get("/v1/accounts/acct_alice/tier", X_Request_Id="a b<script>")
    assert re.fullmatch(r"[0-9a-f-]{36}", mad.headers["X-Request-Id"])


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("HEAD", "/v1/accounts/acct_alice/tier", b""),
        ("DELETE", "/v1/accounts/acct_alice/tier", b""),
        ("GET", "/v1/accounts/acct_alice", b""),
        ("GET", "/v1/tiers", b""),
        ("GET", "/v1/gateway/authorizes", b""),
        ("POST", "/v1/tiers/lookup", b"{"),
        ("POST", "/v1/tiers/lookup", b'{"account_ids": []}'),
        ("POST", "/v1/tiers/lookup", b'{"account_ids": [1]}'),
        ("POST", "/v1/tiers/lookup", b'{"account_ids": ["a\\u0000"]}'),
        ("POST", "/v1/tiers/lookup", b'{"account_ids": ["\\ud800"]}'),
        ("POST", "/v1/tiers/lookup", b'["acct_alice"]'),
        ("POST", "/v1/tiers/lookup", b'{"account_ids": ["acct_alice"], "more": 1}'),
        ("GET", "/healthz", b""),
        ("GET", "/nowhere", b""),
    ],
)
def test_what_it_cannot_answer_in_full_goes_on_as_it_came(
    key: str, served_here: list[str], method: str, address: str, body: bytes
) -> None:
    front, back = both(key, method, address, body, Content_Type="application/json")
    assert (front.status, front.headers.get("Content-Type")) == (back.status, back.headers.get("Content-Type"))
    assert served_here == []


def test_more_ids_than_may_be_asked_for_are_refused_and_the_most_are_not(key: str) -> None:
    gateway = Caller(application, key)
    most = [f"acct_{number}" for number in range(1000)]
    assert gateway.post("/v1/tiers/lookup", {"account_ids": most}).status == 200
    refused = gateway.post("/v1/tiers/lookup", {"account_ids": [*most, "one more"]})
    assert (refused.status, refused.json()["code"]) == (400, "invalid_request")


def test_a_lookup_under_an_idempotency_key_is_kept_like_any_other_call(key: str, served_here: list[str]) -> None:
    gateway = Caller(application, key)
    sent = {"Idempotency_Key": "0815"}
    first = gateway.post("/v1/tiers/lookup", {"account_ids": ["acct_alice"]}, **sent)
    again = gateway.post("/v1/tiers/lookup", {"account_ids": ["acct_alice"]}, **sent)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert gateway.post("/v1/tiers/lookup", {"account_ids": ["nobody"]}, **sent).status == 422
    assert served_here == []


def test_calls_draw_on_a_limit_of_their_own_and_a_lookup_of_many_counts_as_many(key: str, settings: Settings) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "lookups": "10/minute"}
    gateway = Caller(application, key)
    first = gateway.get("/v1/accounts/acct_alice/tier")
    assert first.headers["RateLimit-Policy"] == '"lookups";q=10;w=60'
    assert first.headers["RateLimit"].startswith('"lookups";r=9;t=')
    assert gateway.post("/v1/tiers/lookup", {"account_ids": ["a", "b", "c", "d"]}).status == 200
    assert [gateway.get("/v1/accounts/acct_alice/tier").status for _ in range(6)] == [200] * 5 + [429]
    refused = gateway.get("/v1/accounts/acct_alice/tier")
    assert refused.json()["violated_policies"] == ["lookups"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert Caller(behind, key).get("/v1/accounts/acct_alice/tier").status == 429
    # A proxy takes any other status for a fault of its own.
    asked = gateway.get("/v1/gateway/authorize", X_Account_Id="acct_alice")
    assert (asked.status, asked.json()["code"]) == (403, "access_undecided")


def test_a_fault_is_an_error_in_the_usual_form(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("secret detail")

    begins, ends, name, _ = serving.ROUTES[0]
    monkeypatch.setattr(serving, "ROUTES", ((begins, ends, name, broken),))
    answered = Caller(application, key).get("/v1/accounts/acct_alice/tier")
    assert (answered.status, answered.json()["code"]) == (500, "internal_error")
    assert b"secret" not in answered.body


def test_calls_are_timed_under_the_route_s_name(key: str) -> None:
    def count() -> float:
        text = Caller(application).get("/metrics").body.decode()
        found = re.search(r'gatehouse_request_seconds_count\{method="GET",route="tier",status="2xx"\} (\S+)', text)
        return float(found[1]) if found else 0.0

    before = count()
    Caller(application, key).get("/v1/accounts/acct_alice/tier")
    Caller(behind, key).get("/v1/accounts/acct_alice/tier")
    assert count() == before + 2
