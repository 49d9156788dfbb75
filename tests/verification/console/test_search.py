"""Somebody is found by id, mailbox or phone, though mailboxes and phones are stored encrypted."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from risk.identifiers import IdentifierKind
from risk.models import Identifier
from tests.cast import alice, bob
from tests.conftest import post
from tests.operator import ring_of
from tests.verification.console.desk import LIST, shown, signed_up
from verification.console.search import PER_PAGE, find_accounts


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
        "72.224.214.33",
        "72.224.214.0/24",
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


def test_a_domain_of_its_own_finds_who_came_with_it(shop: APIClient, desk: Client) -> None:
    signed_up(shop, email="jane@corp-of-jane.example")
    for typed in ("corp-of-jane.example", "@Corp-of-Jane.example"):
        assert shown(desk.get(LIST, {"q": typed})) == ["acct_alice"]


def test_a_device_is_found_by_its_number_or_by_what_it_shows(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop, device={**alice()["device"], "visitor_id": "3b8f0c2f9d7e4a61"})
    post(shop, "/v1/signups", bob())
    number = Identifier.objects.get(subject=signup.account_id, kind=IdentifierKind.DEVICE).value
    for typed in (f"device {number}", f"Device: {number}", str(number), "3b8f0c2f9d7e4a61"):
        assert shown(desk.get(LIST, {"q": typed})) == ["acct_alice"], typed
    for typed in ("device 7", "device 9999999999999999999", "3b8f0c2f9d7e4a62"):
        assert shown(desk.get(LIST, {"q": typed})) == []


def test_many_who_are_found_come_in_short_pages_the_newest_first(shop: APIClient, desk: Client) -> None:
    for place in range(PER_PAGE + 2):
        signed_up(shop, account_id=f"acct_{place}", email=f"p{place}@example.org", phone=None)
    assert shown(desk.get(LIST, {"q": "72.224.214.33"}))[:2] == [f"acct_{PER_PAGE + 1}", f"acct_{PER_PAGE}"]
    assert shown(desk.get(LIST, {"q": "72.224.214.33", "p": "2"})) == ["acct_1", "acct_0"]
    assert len(shown(desk.get(LIST))) == PER_PAGE + 2


def test_a_ring_id_finds_its_members(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    ring = ring_of([signup.account])
    assert shown(desk.get(LIST, {"q": ring.public_id})) == ["acct_alice"]
    assert shown(desk.get(LIST, {"q": "rng_nobody"})) == []
    assert shown(desk.get(LIST, {"q": "72.224.0.0/16"})) == []


@pytest.mark.parametrize(
    "typed",
    ["acct_ali", "alice.archer@gmail.com", "72.224.214.33", "+14155552671", "rng_x", "device 7", "3b8f0c2f9d7e4a61"],
)
def test_searching_looks_into_indexes_alone(shop: APIClient, typed: str) -> None:
    signed_up(shop)
    with CaptureQueriesContext(connection) as queries:
        find_accounts(typed)
    assert 2 <= len(queries) <= 5
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan" not in plan, plan
