"""The example products, served as a product is, beside a running Gatehouse: what their guides say of them happens."""

import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.cast import DESKTOP
from tests.clients.install import Install

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "clients" / "python" / "examples"
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
SHOPS = {
    "django": ["--interface", "wsgi", "--blocking-threads", "4", "django_shop.wsgi:application"],
    "fastapi": ["--interface", "asgi", "fastapi_shop:app"],
}


class Shopper:
    """Somebody's program that uses a product: it keeps its session and its tier token."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.account = self.token = ""

    def sign_up(self, email: str) -> dict[str, Any]:
        answered = self.http.post("/signup", json={"email": email})
        assert answered.status_code == 201, answered.text
        told: dict[str, Any] = answered.json()
        self.account, self.token = told["account"], told["token"]
        if "session" in told:
            self.http.headers["Authorization"] = f"Bearer {told['session']}"
        return told

    def ask(self, token: str | None = None) -> httpx.Response:
        return self.http.get("/api/answers", headers={"X-Tier-Token": self.token if token is None else token})


@contextmanager
def serving(command: list[str], environment: dict[str, str]) -> Iterator[str]:
    """A product on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = os.pathsep.join([str(EXAMPLES), str(EXAMPLES.parent)])
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--port", str(port), "--log-level", "warning", *command],
        cwd=EXAMPLES,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "SHOP_SECRET_KEY": "shop", **environment},
    )
    try:
        _wait_until_up(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_up(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{address}/api/answers", timeout=5)
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="module", params=SHOPS)
def shop(install: Install, request: pytest.FixtureRequest) -> Iterator[str]:
    environment = {**install.environment, "GATEHOUSE_WEBHOOK_KEY": SECRET}
    with serving(SHOPS[request.param], environment) as address:
        yield address


@pytest.fixture
def shopper(shop: str) -> Iterator[Shopper]:
    with httpx.Client(base_url=shop, timeout=30, headers={"User-Agent": DESKTOP}) as http:
        yield Shopper(http)


def delivery(account: str, *, name: str = "evt_1") -> tuple[bytes, dict[str, str]]:
    data = {"account_id": account, "cause": "review", "before": "trial", "after": "blocked", "version": 2}
    body = json.dumps({"type": "account.tier_changed", "timestamp": "2026-11-29T12:00:00Z", "data": data})
    now = datetime.now(UTC)
    headers = {"webhook-id": name, "webhook-timestamp": str(int(now.timestamp()))}
    return body.encode(), {**headers, "webhook-signature": Webhook(SECRET).sign(name, now, body)}


def test_who_signed_up_is_served_by_their_token_and_by_their_login_alone(shopper: Shopper) -> None:
    assert shopper.ask().status_code == 401
    told = shopper.sign_up("jane.doe@example.com")
    assert told["more"]["ways"]
    by_token, by_login = shopper.ask().json(), shopper.ask(token="").json()
    assert by_token["tier"] == by_login["tier"] == told["tier"]
    assert by_token["known_from"] in ("token", "last_known")  # the second only until the feed was read to its end
    assert by_login["known_from"] == "gatehouse"


def test_somebody_elses_token_or_an_invention_takes_nothing_and_gives_nothing(shopper: Shopper) -> None:
    shopper.sign_up("jane.roe@example.com")
    others = shopper.token
    mine = shopper.sign_up("jane.poe@example.com")
    for token in (others, "gh.no.token"):
        assert shopper.ask(token=token).json() == {"answer": 42, "tier": mine["tier"], "known_from": "gatehouse"}


def test_the_limits_of_the_tier_hold(shopper: Shopper) -> None:
    shopper.sign_up("jane.low@example.com")
    answered = [shopper.ask().status_code for _ in range(20)]
    assert 429 in answered
    assert 0 < answered.count(200) < 20


def test_an_account_that_is_denied_is_shut_out_within_five_seconds(install: Install, shopper: Shopper) -> None:
    shopper.sign_up("jane.bad@example.com")
    assert shopper.ask().status_code == 200
    denied = install.deny(shopper.account)
    while shopper.ask().status_code != 403:
        assert time.time() - denied < 5
        time.sleep(0.1)
    assert time.time() - denied < 5


def test_a_webhook_is_taken_where_it_is_signed_and_nowhere_else(shopper: Shopper) -> None:
    shopper.sign_up("jane.hook@example.com")
    body, headers = delivery(shopper.account)
    assert shopper.http.post("/webhooks/gatehouse", content=body + b" ", headers=headers).status_code == 400
    assert shopper.http.post("/webhooks/gatehouse", content=body).status_code == 400
    for _ in range(2):
        assert shopper.http.post("/webhooks/gatehouse", content=body, headers=headers).status_code == 204
