"""Two installations on one machine: what one made, knows or signed is nothing to the other.

This process is the one; the other has servers, secrets and a web process of its own, and is called over HTTP.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from django.utils import timezone
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from rest_framework.test import APIClient

from config.lib import secretfile
from config.lib.auth import SCOPES, create_key
from tests.api.test_tier_tokens import decoded
from tests.cast import alice, bob
from tests.conftest import client_with, post
from tests.granian import Servers, serving
from tiers import keys

pytestmark = pytest.mark.processes


@dataclass(frozen=True, slots=True)
class Other:
    """The other installation, and a key to all of it."""

    address: str
    key: str

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> requests.Response:
        """A call with its own key, or with another."""
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return requests.request(method, f"{self.address}{path}", json=body, headers=headers, timeout=20)


@pytest.fixture(scope="module")
def other() -> Iterator[Other]:
    home = Path(tempfile.mkdtemp(prefix="gh-")).resolve()
    home.chmod(0o755)  # PostgreSQL runs as another user when root runs the tests
    made = Servers.made(home)
    own = {**made.environment, **{name: make() for name, make in secretfile.MAKERS.items()}}
    servers = replace(made, environment=own)
    try:
        key = servers.manage("create_api_key", "--application", "shop").split()[-1]
        servers.manage("rotate_tier_keys", "--now")
        with serving(servers.environment, workers=1) as port:
            yield Other(f"http://127.0.0.1:{port}", key)
    finally:
        servers.stop()
        shutil.rmtree(home)


@pytest.fixture
def key(db: None) -> str:
    """A key to all of this one."""
    keys.keep(timezone.now())
    return create_key(kind="secret", scopes=sorted(SCOPES), application="shop", name="tests")


@pytest.fixture
def one(key: str) -> APIClient:
    """This one, as its product calls it."""
    return client_with(key)


def test_a_key_of_one_opens_nothing_at_the_other(one: APIClient, key: str, other: Other) -> None:
    assert other.call("GET", "/v1/tiers").status_code == one.get("/v1/tiers").status_code == 200
    assert other.call("GET", "/v1/tiers", key=key).json()["code"] == "api_key_invalid"
    assert client_with(other.key).get("/v1/tiers").json()["code"] == "api_key_invalid"


def test_the_same_account_id_is_another_account(one: APIClient, other: Other) -> None:
    theirs = other.call("POST", "/v1/signups", alice())
    assert theirs.status_code == 201, theirs.text
    assert one.get("/v1/accounts/acct_alice/tier").status_code == 404
    ours = post(one, "/v1/signups", alice())
    assert ours.status_code == 201
    assert ours.json()["reasons"] == theirs.json()["reasons"]  # as if she had never been seen anywhere
    for path in (f"/v1/signups/{ours.json()['id']}", "/v1/accounts/acct_bob"):
        assert other.call("GET", path).status_code == 404
    assert one.get(f"/v1/signups/{theirs.json()['id']}").status_code == 404


def test_what_an_operator_did_at_one_is_not_held_against_anybody_at_the_other(one: APIClient, other: Other) -> None:
    for number in range(3):
        sent = alice(account_id=f"acct_run_{number}", email=f"jo.{number}@harbour-mail.com", phone=None)
        assert other.call("POST", "/v1/signups", sent).status_code == 201
    here = post(one, "/v1/signups", alice(account_id="acct_run_9", email="jo.9@harbour-mail.com", phone=None)).json()
    assert not [line["code"] for line in here["reasons"] if line["code"].startswith("velocity")]


def test_a_tier_token_of_one_is_not_believed_by_the_keys_of_the_other(one: APIClient, other: Other) -> None:
    other.call("POST", "/v1/signups", alice(account_id="acct_token"))
    post(one, "/v1/signups", alice(account_id="acct_token"))
    theirs = other.call("POST", "/v1/accounts/acct_token/tier-token", {}).json()["token"]
    ours = post(one, "/v1/accounts/acct_token/tier-token", {}).json()["token"]
    their_keys = KeySet.import_key_set(other.call("GET", "/.well-known/jwks.json").json())
    our_keys = KeySet.import_key_set(one.get("/.well-known/jwks.json").json())
    assert decoded(theirs, their_keys).claims["sub"] == "acct_token"
    assert decoded(ours, our_keys).claims["sub"] == "acct_token"
    for token, wrong in ((theirs, our_keys), (ours, their_keys)):
        with pytest.raises((JoseError, ValueError)):
            decoded(token, wrong)


def test_an_endpoint_a_cursor_and_a_link_of_one_lead_nowhere_at_the_other(one: APIClient, other: Other) -> None:
    endpoint = post(one, "/v1/webhook-endpoints", {"url": "https://shop.example/hooks", "events": ["*"]})
    assert endpoint.status_code == 201, endpoint.content
    named = endpoint.json()["id"]
    assert other.call("GET", f"/v1/webhook-endpoints/{named}").status_code == 404
    assert other.call("GET", "/v1/webhook-endpoints").json()["items"] == []
    answer = post(one, "/v1/signups", bob()).json()
    appeal = str(answer["appeal_url"]).removeprefix(settings.GATEHOUSE_URL)
    assert one.get(appeal).status_code == 200
    assert other.call("GET", appeal).status_code == 404
    cursor = one.get("/v1/tier-changes", {"wait": 0}).json()["next"]
    assert other.call("GET", f"/v1/tier-changes?wait=0&cursor={cursor}").status_code == 400
