"""Test keys: magic mailboxes give each outcome, nothing is sent, and nothing counts among live signups."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.models import Identifier
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from verification.models import InboxMessage


@pytest.fixture
def trial_run(db: None) -> APIClient:
    """A product's backend in its test mode."""
    _, token = issue(KeyOrder(KeyKind.SECRET, tuple(ALL_SCOPES), "shop", "tests", Mode.TEST))
    return client_with(token)


@pytest.mark.parametrize(
    ("outcome", "tier", "state"),
    [
        ("allow", "trial", "opened"),
        ("challenge", "restricted", "challenged"),
        ("review", "restricted", "in_review"),
        ("deny", "blocked", "refused"),
    ],
)
def test_a_magic_mailbox_gives_each_outcome(trial_run: APIClient, outcome: str, tier: str, state: str) -> None:
    signup = post(trial_run, "/v1/signups", alice(email=f"{outcome}@gatehouse.test")).json()
    assert (signup["outcome"], signup["tier"], signup["state"]) == (outcome, tier, state)


def test_a_magic_mailbox_is_an_ordinary_one_to_a_live_key(shop: APIClient) -> None:
    assert post(shop, "/v1/signups", alice(email="deny@gatehouse.test")).json()["outcome"] != "deny"


def test_checks_of_test_signups_send_nothing_and_take_the_magic_code(
    trial_run: APIClient, catch_up: Callable[[], None]
) -> None:
    signup = post(trial_run, "/v1/signups", alice()).json()
    post(trial_run, f"/v1/signups/{signup['id']}/checks", {"kind": "email"})
    catch_up()
    assert not InboxMessage.objects.exists()
    answered = post(trial_run, f"/v1/signups/{signup['id']}/checks/email/answers", {"code": "000000"})
    assert answered.json()["tier"] == "basic"


def test_test_signups_are_counted_nowhere(trial_run: APIClient) -> None:
    post(trial_run, "/v1/signups", alice())
    assert not Identifier.objects.exists()


def test_live_and_test_keys_do_not_see_each_others_accounts(trial_run: APIClient, shop: APIClient) -> None:
    test = post(trial_run, "/v1/signups", alice(account_id="acct_test")).json()
    live = post(shop, "/v1/signups", alice(account_id="acct_live")).json()
    for path in (f"/v1/signups/{test['id']}", "/v1/accounts/acct_test", "/v1/accounts/acct_test/tier"):
        assert (trial_run.get(path).status_code, shop.get(path).status_code) == (200, 404)
    for path in (f"/v1/signups/{live['id']}", "/v1/accounts/acct_live", "/v1/accounts/acct_live/tier"):
        assert (trial_run.get(path).status_code, shop.get(path).status_code) == (404, 200)
