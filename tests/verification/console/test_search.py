"""Somebody is found by id, mailbox or phone, though mailboxes and phones are stored encrypted."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.cast import bob
from tests.conftest import post
from tests.verification.console.desk import LIST, shown, signed_up


@pytest.mark.parametrize(
    "typed",
    [
        "acct_alice",
        "acct_ali",
        "alice.archer@gmail.com",
        " Alice.Archer+news@GMAIL.com ",
        "alicearcher@googlemail.com",
        "+14155552671",
        "+1 (415) 555-2671",
    ],
)
def test_a_signup_is_found_by_id_mailbox_or_phone_however_it_is_typed(
    shop: APIClient, desk: Client, typed: str
) -> None:
    signed_up(shop)
    post(shop, "/v1/signups", bob())
    assert shown(desk.get(LIST, {"q": typed})) == ["acct_alice"]


def test_a_signup_is_found_by_its_own_id_and_nobody_by_a_part_of_an_address(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    assert shown(desk.get(LIST, {"q": signup.public_id})) == ["acct_alice"]
    assert shown(desk.get(LIST, {"q": "alice.archer"})) == []
