"""Answers are JSON that every reader takes, whatever a stranger had them repeat."""

import json
from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from config.lib.rendering import JsonRenderer
from tests.cast import alice
from tests.conftest import post


@pytest.mark.parametrize("said", ["é", "\ud800", "a\udfff\ud800z", "\u2028", "plain"])
def test_what_is_rendered_is_read_again(said: str) -> None:
    rendered = JsonRenderer().render({"said": [said]})
    assert json.loads(rendered.decode("utf-8")) == {"said": [said]}


def test_what_has_characters_only_is_not_escaped() -> None:
    assert JsonRenderer().render({"said": "é"}) == '{"said":"é"}'.encode()


def test_a_field_whose_name_is_no_text_is_warned_of(shop: APIClient, client_of: Callable[..., APIClient]) -> None:
    assert post(shop, "/v1/signups", alice(**{"\ud800": 1})).json()["warnings"] == ["unknown field: \ud800"]
    consumed = post(client_of("budgets:write"), "/v1/budgets/consume", {"account_id": "acct_alice", "\ud800": 1})
    assert (consumed.status_code, consumed.json()["warnings"]) == (200, ["unknown field: \ud800"])
