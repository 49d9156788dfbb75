"""Coming in, the list of signups, and the address of one: newest first, few queries, nothing personal."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.cast import bob
from tests.conftest import post
from tests.verification.console.desk import (
    LIST,
    LIST_QUERIES,
    PASSWORD,
    RAW,
    count_queries,
    desk_of,
    page,
    say,
    shown,
    signed_up,
    text,
    user_of,
)


@pytest.mark.parametrize("address", ["/console/", LIST, "/console/verification/case/", f"{LIST}1/change/"])
def test_nobody_sees_anything_without_signing_in(client: Client, db: None, address: str) -> None:
    refused = client.get(address)
    assert (refused.status_code, refused["Location"].split("?")[0]) == (302, "/console/login/")


def test_an_analyst_signs_in_with_her_password(client: Client, nora: User) -> None:
    assert "Welcome" in text(client.get("/console/login/"))
    entered = client.post("/console/login/?next=/console/", {"username": "nora", "password": PASSWORD})
    assert (entered.status_code, entered["Location"]) == (302, "/console/")
    assert "Signups today" in text(client.get("/console/"))


def test_somebody_in_no_group_is_told_what_to_ask_for_and_sees_no_signup(shop: APIClient) -> None:
    signup = signed_up(shop)
    nobody = desk_of(user_of("mallory", None))
    assert "Ask an administrator" in text(nobody.get("/console/"))
    assert nobody.get(LIST).status_code == 403
    assert nobody.get(page(signup)).status_code == 403
    assert say(nobody, signup, "approve").status_code == 403


def test_signups_are_listed_newest_first_without_personal_data(shop: APIClient, desk: Client) -> None:
    signed_up(shop)
    post(shop, "/v1/signups", bob())
    listed = desk.get(LIST)
    assert shown(listed) == ["acct_bob", "acct_alice"]
    assert "deny" in text(listed)
    assert not [raw for raw in RAW if raw in text(listed)]


def test_the_list_takes_the_same_few_queries_with_twice_the_data(shop: APIClient, desk: Client) -> None:
    counts = []
    for batch in range(2):
        for number in range(8):
            signed_up(shop, account_id=f"acct_{batch}_{number}", email=f"p{batch}{number}@example.org")
        counts.append([count_queries(desk, LIST), count_queries(desk, f"{LIST}?outcome=allow&tier=trial")])
    assert counts == [[LIST_QUERIES, LIST_QUERIES]] * 2


def test_the_list_counts_no_rows_and_reads_no_more_than_a_page(shop: APIClient, desk: Client) -> None:
    signed_up(shop)
    with CaptureQueriesContext(connection) as queries:
        desk.get(LIST)
    asked = [query["sql"] for query in queries if 'FROM "verification_signup"' in query["sql"]]
    assert len(asked) == 1
    assert "COUNT(" not in asked[0]
    assert "LIMIT 50" in asked[0]
    assert '"person"' not in asked[0]


@pytest.mark.parametrize("address", ["0/change/", "999999999999999999999/change/", "x/change/", "%00/change/"])
def test_a_signup_that_is_not_there_is_not_found(desk: Client, address: str) -> None:
    assert desk.get(LIST + address).status_code == 404
