"""How today goes."""

from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.half_lives import Evidence
from tests.cast import bob
from tests.conftest import ALL_SCOPES, client_with, post
from tests.verification.console.desk import LIST, LIST_QUERIES, QUEUE, count_queries, say, shown, signed_up
from verification import ageing
from verification.models import Event


def test_the_first_page_counts_todays_signups_and_what_waits(shop: APIClient, desk: Client) -> None:
    signed_up(shop)
    signed_up(shop, account_id="acct_long_ago", created_at="2026-01-01T00:00:00Z")
    post(shop, "/v1/signups", bob())
    say(desk, signed_up(shop, account_id="acct_odd"), "hold")
    today = desk.get("/console/").context["today"]
    assert today.total == 3
    assert {line.outcome: line.count for line in today.outcomes} == {"allow": 1, "challenge": 0, "review": 1, "deny": 1}
    assert (today.cases.count, today.events.count) == ("1", str(Event.objects.count()))
    assert today.events.oldest == Event.objects.earliest("id").at


def test_the_first_page_tells_how_old_the_network_data_is(desk: Client) -> None:
    page = desk.get("/console/")
    states = {source.name: source.state for source in page.context["today"].network}
    assert (states["country"], states["vpn"], states["tor"]) == ("fresh", "fresh", "missing")
    assert "Network data" in page.content.decode()


def test_the_first_page_tells_what_is_due_to_be_looked_at_again(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    page = desk.get("/console/")
    assert (page.context["today"].rechecks, page.context["today"].untaken) == ("0", "1")
    assert "1 account to be taken on" in page.content.decode()
    ageing.ask_for(signup.account_id, [Evidence.NETWORK, Evidence.PHONE_LINE], at=timezone.now())
    assert desk.get("/console/").context["today"].rechecks == "2"


def test_the_first_page_takes_few_queries(shop: APIClient, desk: Client) -> None:
    signed_up(shop)
    assert count_queries(desk, "/console/") == LIST_QUERIES + 18


def test_what_a_test_key_does_is_listed_but_neither_counted_nor_queued(desk: Client) -> None:
    _, key = issue(KeyOrder(KeyKind.SECRET, tuple(ALL_SCOPES), "shop", "tests", Mode.TEST))
    signed_up(client_with(key), email="review@gatehouse.test")
    today = desk.get("/console/").context["today"]
    assert (today.total, today.cases.count) == (0, "0")
    assert shown(desk.get(LIST)) == ["acct_alice"]
    assert shown(desk.get(QUEUE)) == []
