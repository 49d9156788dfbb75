"""The list of signups is narrowed by what was decided and how it came in."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.cast import bob
from tests.conftest import post
from tests.verification.console.desk import LIST, shown, signed_up


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("outcome=allow", ["acct_alice"]),
        ("state=opened", ["acct_alice"]),
        ("tier=trial", ["acct_alice"]),
        ("held=True", ["acct_bob"]),
        ("held=False", ["acct_alice"]),
        ("source=api", ["acct_bob", "acct_alice"]),
        ("source=import", []),
        ("outcome=allow&held=True", []),
    ],
)
def test_the_list_is_narrowed_by_filters(shop: APIClient, desk: Client, query: str, expected: list[str]) -> None:
    signed_up(shop)
    post(shop, "/v1/signups", bob())
    assert shown(desk.get(f"{LIST}?{query}")) == expected
