"""Whatever is sent in place of an authenticator's answer is a wrong answer, and no error."""

import base64
import json
import time
from typing import Any

import cbor2
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.authenticator import Authenticator, coded
from verification.checks.passkey import CHECK
from verification.models import Check

CHALLENGE = coded(bytes(range(64)))
CREATE = Check(kind="passkey", challenge={"shown": {"create": {"challenge": CHALLENGE}}, "kept": {}})

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
BYTES = st.binary(max_size=300).map(coded)


def with_object(attestation: bytes) -> dict[str, Any]:
    """A right answer but for its attestation object."""
    answer = Authenticator().create({"challenge": CHALLENGE})
    return {**answer, "response": {**answer["response"], "attestationObject": coded(attestation)}}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    answer=st.one_of(
        JSON,
        st.fixed_dictionaries({"id": BYTES, "rawId": BYTES, "type": st.just("public-key"), "response": JSON}),
        st.binary(max_size=300).map(with_object),
        st.builds(
            lambda form, data: with_object(cbor2.dumps({"fmt": form, "attStmt": {}, "authData": data})),
            st.sampled_from(["none", "packed", "tpm", 7, None]),
            st.binary(max_size=300),
        ),
    )
)
def test_nothing_that_is_sent_raises(answer: Any) -> None:
    assert CHECK.right(CREATE, answer, at=timezone.now()) is None


@pytest.mark.parametrize(
    "attestation",
    [
        pytest.param(b"\x81" * 10_000 + b"\x00", id="lists in lists"),
        pytest.param(b"\xc1" * 10_000 + b"\x00", id="tags on tags"),
        pytest.param(b"\x9b" + b"\xff" * 8, id="a list of 2 to the 64"),
        pytest.param(b"\x5b\x7f" + b"\xff" * 7, id="bytes without end"),
        pytest.param(b"\xd8\x1c" * 5_000 + b"\x00", id="shared values"),
    ],
)
def test_cbor_that_is_made_to_hurt_is_a_wrong_answer_at_once(attestation: bytes) -> None:
    began = time.perf_counter()
    assert CHECK.right(CREATE, with_object(attestation), at=timezone.now()) is None
    assert time.perf_counter() - began < 0.5


def test_an_answer_of_a_megabyte_is_not_looked_at() -> None:
    answer = Authenticator().create({"challenge": CHALLENGE})
    answer["response"]["attestationObject"] = base64.urlsafe_b64encode(bytes(10**6)).decode()
    began = time.perf_counter()
    assert CHECK.right(CREATE, json.loads(json.dumps(answer)), at=timezone.now()) is None
    assert time.perf_counter() - began < 0.2
