"""A person registers a passkey, and comes back with it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from config.lib.auth import create_key
from risk.models import Assessment
from tests.authenticator import PRESENT, Authenticator
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from verification.models import Check, Passkey, Proof
from verification.tasks import lapse_proofs


@pytest.fixture
def signup(shop: APIClient) -> dict[str, Any]:
    """Alice, signed up."""
    answered: dict[str, Any] = post(shop, "/v1/signups", alice()).json()
    return answered


def ask(shop: APIClient, signup: dict[str, Any]) -> dict[str, Any]:
    """What the page is to hand to navigator.credentials: {create: ...} or {get: ...}."""
    asked = post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "passkey"})
    assert asked.status_code == 202
    challenge: dict[str, Any] = check_of(asked)["challenge"]
    return challenge


def answer(shop: APIClient, signup: dict[str, Any], credential: Any) -> Any:
    return post(shop, f"/v1/signups/{signup['id']}/checks/passkey/answers", {"credential": credential})


def check_of(answered: Any) -> dict[str, Any]:
    check: dict[str, Any] = next(check for check in answered.json()["checks"] if check["kind"] == "passkey")
    return check


def register(shop: APIClient, signup: dict[str, Any], key: Authenticator) -> Any:
    return answer(shop, signup, key.create(ask(shop, signup)["create"]))


def test_a_passkey_is_registered_and_counts_as_a_proof(shop: APIClient, signup: dict[str, Any]) -> None:
    answered = register(shop, signup, Authenticator())
    assert check_of(answered)["status"] == "passed"
    assert "proven_passkey" in {reason["code"] for reason in answered.json()["reasons"]}
    passkey = Passkey.objects.get()
    assert (passkey.account.account_id, passkey.transports) == ("acct_alice", ["internal", "hybrid"])


def test_what_the_page_is_given_names_the_site_the_person_and_no_attestation(
    shop: APIClient, signup: dict[str, Any]
) -> None:
    options = ask(shop, signup)["create"]
    assert options["rp"]["id"] == "localhost"
    assert options["user"]["name"] == "alice.archer@gmail.com"
    assert "alice" not in options["user"]["id"]
    assert (options["attestation"], options["authenticatorSelection"]["userVerification"]) == ("none", "preferred")


def test_an_account_that_has_a_passkey_is_asked_to_show_it(shop: APIClient, signup: dict[str, Any]) -> None:
    key = Authenticator()
    register(shop, signup, key)
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        assert lapse_proofs.apply().get(disable_sync_subtasks=False) == 1
        options = ask(shop, signup)["get"]
        assert [known["transports"] for known in options["allowCredentials"]] == [["internal", "hybrid"]]
        answered = answer(shop, signup, key.get(options))
        assert check_of(answered)["status"] == "passed"
        assert Passkey.objects.get().last_used_at > timezone.now() - timedelta(minutes=1)
    assert (Passkey.objects.get().sign_count, Proof.objects.filter(lapsed_at=None).count()) == (1, 1)


def test_an_answer_works_once(shop: APIClient, signup: dict[str, Any]) -> None:
    credential = Authenticator().create(ask(shop, signup)["create"])
    answer(shop, signup, credential)
    assert answer(shop, signup, credential).status_code == 409
    ask(shop, signup)
    assert check_of(answer(shop, signup, credential))["status"] == "sent"
    assert Passkey.objects.count() == 1


def test_a_copied_key_whose_count_does_not_rise_is_refused(shop: APIClient, signup: dict[str, Any]) -> None:
    key = Authenticator(count=7)
    register(shop, signup, key)
    key.count = 6
    assert check_of(answer(shop, signup, key.get(ask(shop, signup)["get"])))["status"] == "sent"
    assert Passkey.objects.get().sign_count == 7


def test_a_credential_belongs_to_one_account(shop: APIClient, signup: dict[str, Any]) -> None:
    key = Authenticator()
    register(shop, signup, key)
    other = post(shop, "/v1/signups", alice(account_id="acct_other")).json()
    judged = Assessment.objects.count()
    assert check_of(register(shop, other, key))["status"] == "sent"
    assert (Passkey.objects.get().account.account_id, Assessment.objects.count()) == ("acct_alice", judged)


def test_nobody_comes_back_with_the_passkey_of_another(shop: APIClient, signup: dict[str, Any]) -> None:
    hers, his = Authenticator(), Authenticator()
    register(shop, signup, hers)
    other = post(shop, "/v1/signups", alice(account_id="acct_other")).json()
    register(shop, other, his)
    assert check_of(answer(shop, other, hers.get(ask(shop, other)["get"])))["status"] == "sent"


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(Authenticator(origin="http://localhost:9999"), id="another page"),
        pytest.param(Authenticator(rp_id="example.org"), id="another site"),
        pytest.param(Authenticator(flags=0), id="nobody there"),
        pytest.param(Authenticator(format="android-safetynet"), id="an attestation that nobody asked for"),
        pytest.param(Authenticator(credential=b""), id="no id"),
        pytest.param(Authenticator(credential=bytes(1024)), id="an id that is too long"),
    ],
)
def test_what_is_signed_for_something_else_is_wrong(
    shop: APIClient, signup: dict[str, Any], key: Authenticator
) -> None:
    answered = register(shop, signup, key)
    assert (check_of(answered)["status"], check_of(answered)["tries_left"]) == ("sent", 4)
    assert not Passkey.objects.exists()


def test_a_key_without_a_pin_is_good_enough(shop: APIClient, signup: dict[str, Any]) -> None:
    assert check_of(register(shop, signup, Authenticator(flags=PRESENT)))["status"] == "passed"


def test_five_wrong_answers_are_all(shop: APIClient, signup: dict[str, Any]) -> None:
    options = ask(shop, signup)["create"]
    for _ in range(5):
        answered = answer(shop, signup, {"id": "nonsense"})
    assert check_of(answered)["status"] == "failed"
    assert answer(shop, signup, Authenticator().create(options)).status_code == 409


def test_a_code_does_not_answer_it(shop: APIClient, signup: dict[str, Any]) -> None:
    ask(shop, signup)
    answered = post(shop, f"/v1/signups/{signup['id']}/checks/passkey/answers", {"code": "123456"})
    assert (answered.status_code, answered.json()["code"]) == (422, "answer_missing")
    assert Check.objects.get().tries == 0


@pytest.mark.parametrize(("name", "value"), [("PASSKEY_RP_ID", ""), ("PASSKEY_ORIGINS", [])])
def test_an_install_that_names_no_site_offers_no_passkeys(
    shop: APIClient, settings: Settings, name: str, value: object
) -> None:
    setattr(settings, name, value)
    signup = post(shop, "/v1/signups", alice()).json()
    assert not [way for step in signup["next_checks"] for way in step["any_of"] if "passkey" in way]
    asked = post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "passkey"})
    assert asked.json()["code"] == "check_unknown"


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, with a connection of its own."""

    def alone(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(alone, works))


@pytest.fixture
def key(transactional_db: None) -> str:
    """A secret key that every thread's caller sends."""
    return create_key(kind="secret", scopes=ALL_SCOPES, application="shop", name="tests")


@pytest.mark.django_db(transaction=True)
def test_a_credential_brought_to_two_accounts_at_once_goes_to_one(key: str) -> None:
    shop, authenticator = client_with(key), Authenticator()
    signups = [post(shop, "/v1/signups", alice(account_id=f"acct_{n}")).json() for n in range(4)]
    answers = [authenticator.create(ask(shop, signup)["create"]) for signup in signups]
    works = [partial(answer, client_with(key), *brought) for brought in zip(signups, answers, strict=True)]
    assert sorted(check_of(answered)["status"] for answered in at_once(*works)) == ["passed", "sent", "sent", "sent"]
    assert (Passkey.objects.count(), Proof.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_asking_again_while_an_answer_is_judged_stops_neither(key: str) -> None:
    shop, authenticator = client_with(key), Authenticator()
    signup = post(shop, "/v1/signups", alice()).json()
    register(shop, signup, authenticator)
    for _ in range(4):
        given = authenticator.get(ask(shop, signup)["get"])
        statuses = at_once(
            partial(answer, client_with(key), signup, given),
            partial(post, client_with(key), f"/v1/signups/{signup['id']}/checks", {"kind": "passkey"}),
        )
        assert statuses[0].status_code in {200, 409}
        assert statuses[1].status_code == 202
