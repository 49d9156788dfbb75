"""A person's computer does some work, and it counts."""

import base64
import json
from datetime import timedelta
from typing import Any

import altcha
import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from tests.cast import alice
from tests.conftest import post
from verification.models import Check, Proof


@pytest.fixture
def signup(shop: APIClient) -> dict[str, Any]:
    """Alice, signed up."""
    answered: dict[str, Any] = post(shop, "/v1/signups", alice()).json()
    return answered


def check_of(answered: Any) -> dict[str, Any]:
    check: dict[str, Any] = next(check for check in answered.json()["checks"] if check["kind"] == "proof_of_work")
    return check


def ask(shop: APIClient, signup: dict[str, Any]) -> dict[str, Any]:
    """What the widget is given."""
    asked = post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "proof_of_work"})
    assert (asked.status_code, check_of(asked)["status"]) == (202, "sent")
    challenge: dict[str, Any] = check_of(asked)["challenge"]
    return challenge


def solve(challenge: dict[str, Any]) -> str:
    """What the widget answers."""
    posed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(posed)
    assert solution is not None
    return altcha.Payload(posed, solution).to_base64()


def answer(shop: APIClient, signup: dict[str, Any], solution: Any) -> Any:
    return post(shop, f"/v1/signups/{signup['id']}/checks/proof_of_work/answers", {"solution": solution})


def test_work_done_is_a_proof(shop: APIClient, signup: dict[str, Any]) -> None:
    answered = answer(shop, signup, solve(ask(shop, signup)))
    assert check_of(answered)["status"] == "passed"
    assert "proven_work" in {reason["code"] for reason in answered.json()["reasons"]}
    assert Proof.objects.get().kind == "proof_of_work"


def test_a_solution_is_spent_once(shop: APIClient, signup: dict[str, Any]) -> None:
    solution = solve(ask(shop, signup))
    answer(shop, signup, solution)
    assert answer(shop, signup, solution).status_code == 409
    ask(shop, signup)
    assert check_of(answer(shop, signup, solution))["status"] == "sent"
    assert Proof.objects.count() == 1


def test_work_done_for_one_signup_counts_for_no_other(shop: APIClient, signup: dict[str, Any]) -> None:
    solution = solve(ask(shop, signup))
    other = post(shop, "/v1/signups", alice(account_id="acct_other")).json()
    ask(shop, other)
    assert check_of(answer(shop, other, solution))["status"] == "sent"


def test_work_for_an_easier_challenge_of_ones_own_making_does_not_count(
    shop: APIClient, signup: dict[str, Any]
) -> None:
    ask(shop, signup)
    easy = altcha.create_challenge("SHA-256", 1, key_prefix="", hmac_secret="mine")
    assert check_of(answer(shop, signup, solve(easy.to_dict())))["status"] == "sent"


def test_work_that_comes_late_does_not_count(shop: APIClient, signup: dict[str, Any]) -> None:
    solution = solve(ask(shop, signup))
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        assert answer(shop, signup, solution).status_code == 409


def test_the_page_sees_nothing_that_shortens_the_work(shop: APIClient, signup: dict[str, Any]) -> None:
    challenge = ask(shop, signup)
    assert challenge.keys() == {"parameters", "signature"}
    assert "counter" not in json.dumps(challenge)
    assert len(challenge["parameters"]["keyPrefix"]) == 32
    assert len(Check.objects.get().challenge["shown"]["parameters"]["keySignature"]) == 64


@pytest.mark.parametrize(
    "solution",
    [
        "",
        "nonsense",
        "é" * 100,
        base64.b64encode(b"[" * 3000).decode(),
        base64.b64encode(b'{"challenge": {"parameters": []}, "solution": {}}').decode(),
        base64.b64encode(b'{"challenge": 1e999, "solution": null}').decode(),
    ],
)
def test_nonsense_is_a_wrong_answer(shop: APIClient, signup: dict[str, Any], solution: str) -> None:
    ask(shop, signup)
    answered = answer(shop, signup, solution)
    assert answered.status_code in {200, 400}
    assert not Proof.objects.exists()
