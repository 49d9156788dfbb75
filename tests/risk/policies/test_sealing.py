"""Personal values leave a document before it is stored."""

import json
from typing import Any

import pytest

from risk.policies.sealing import seal
from risk.policyerror import PolicyError


def document(of: str, value: object) -> dict[str, Any]:
    entry = {"value": value, "reason": "why", "author": "nora"}
    return {"name": "x", "lists": [{"name": "known", "of": of, "effect": "deny", "entries": [entry]}]}


def test_a_personal_value_is_sealed_and_sealing_again_changes_nothing() -> None:
    once = seal(document("emails", "alice.archer@gmail.com"))
    assert "archer" not in json.dumps(once)
    assert seal(once) == once == seal(document("emails", "alice.archer@gmail.com"))


def test_what_belongs_to_nobody_stays_readable() -> None:
    assert seal(document("domains", "example.com")) == document("domains", "example.com")
    assert seal({"name": "without"}) == {"name": "without"}


def test_a_value_that_cannot_be_read_is_told_with_its_place_and_not_repeated() -> None:
    with pytest.raises(PolicyError, match=r"^lists\.0\.entries\.0\.value: a phone number") as refused:
        seal(document("phones", "not-a-number-at-all"))
    assert "not-a-number" not in str(refused.value)
