"""The work asked for follows the score, and an answer is judged in bounded time, whatever it is."""

import base64
import json
import time
from typing import Any

import altcha
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tiers.models import Account
from verification.checks.proof_of_work import CHECK, COST, DIFFICULTIES, attempts
from verification.models import Check, Signup


def signup(score: float = 2.0) -> Signup:
    account = Account(account_id="acct_alice", created_at=timezone.now(), tier="trial", outcome="allow", score=score)
    return Signup(account=account, created_at=timezone.now(), person={})


def posed(score: float = 2.0) -> Check:
    """A check as it waits for its answer."""
    challenge = CHECK.challenge(signup(score), at=timezone.now())
    return Check(kind="proof_of_work", challenge={"shown": dict(challenge.shown), "kept": {}})


def payload(challenge: Any, solution: Any) -> str:
    return base64.b64encode(json.dumps({"challenge": challenge, "solution": solution}).encode()).decode()


def test_the_table_begins_at_nothing_and_falls() -> None:
    assert DIFFICULTIES[-1].score == 0
    assert list(DIFFICULTIES) == sorted(DIFFICULTIES, key=lambda step: (-step.score, -step.attempts))


@pytest.mark.parametrize(("score", "most"), [(0.0, 400), (9.9, 400), (10.0, 2_000), (64.9, 20_000), (100.0, 40_000)])
def test_the_likelier_abuse_is_the_more_work_is_asked(score: float, most: int) -> None:
    assert attempts(score) == most


def test_a_challenge_costs_us_one_attempt_however_hard_it_is() -> None:
    began = time.perf_counter()
    for _ in range(10):
        challenge = posed(100.0).challenge["shown"]["parameters"]
    assert time.perf_counter() - began < 1.0
    assert (challenge["cost"], challenge["algorithm"]) == (COST, "PBKDF2/SHA-256")


def test_only_the_number_that_we_chose_is_right() -> None:
    check = posed()
    challenge = altcha.Challenge.from_dict(check.challenge["shown"])
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    assert 200 <= solution.counter < 400
    assert CHECK.right(check, altcha.Payload(challenge, solution).to_base64(), at=timezone.now()) is not None
    assert CHECK.right(posed(), altcha.Payload(challenge, solution).to_base64(), at=timezone.now()) is None
    solution.derived_key = solution.derived_key[:-2] + ("01" if solution.derived_key.endswith("00") else "00")
    assert CHECK.right(check, altcha.Payload(challenge, solution).to_base64(), at=timezone.now()) is None


def test_a_cost_that_the_answer_names_is_not_paid() -> None:
    """The challenge in the answer is the sender's word: only the one that we keep counts."""
    check = posed()
    dear = {**check.challenge["shown"]["parameters"], "cost": 10**9, "algorithm": "SCRYPT"}
    began = time.perf_counter()
    sent = payload({"parameters": dear, "signature": "00"}, {"counter": 1, "derivedKey": "00"})
    assert CHECK.right(check, sent, at=timezone.now()) is None
    assert time.perf_counter() - began < 0.1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    answer=st.one_of(
        JSON,
        st.text(max_size=200),
        st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()),
        st.builds(payload, JSON, JSON),
        st.builds(
            payload,
            st.builds(lambda parameters: {"parameters": parameters, "signature": "x"}, JSON),
            st.builds(lambda counter, key: {"counter": counter, "derivedKey": key}, JSON, JSON),
        ),
    )
)
def test_nothing_that_is_sent_raises(answer: Any) -> None:
    assert CHECK.right(POSED, answer, at=timezone.now()) is None


POSED = Check(kind="proof_of_work", challenge={"shown": altcha.create_challenge("SHA-256", 1).to_dict(), "kept": {}})
