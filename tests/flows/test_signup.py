"""Somebody registers: through the front door, to a decision and a tier."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg import sql
from rest_framework.test import APIClient

from risk.facts import Facts
from risk.models import Assessment
from risk.policies.store import active
from risk.scoring import judge
from tests.cast import alice, bob
from tests.conftest import post
from tiers.ladder import CheckKind
from tiers.models import Account
from verification.models import Event
from verification.proving import on_offer
from verification.tasks import keep_counters

SIGNUP_QUERIES = 14  # where Valkey counts; savepoint and release included; the same at any size


def test_an_ordinary_person_is_allowed_and_told_what_would_raise_the_tier(shop: APIClient) -> None:
    answered = post(shop, "/v1/signups", alice())
    assert answered.status_code == 201, answered.content
    signup = answered.json()
    assert (signup["outcome"], signup["tier"], signup["held"]) == ("allow", "trial", False)
    nearest = signup["next_checks"][0]
    assert (nearest["tier"], nearest["cheapest"]) == ("basic", ["email"])
    assert nearest["any_of"][0] == ["email"]
    assert [way for way in nearest["any_of"][1:] if len(way) == 1] == [["phone"], ["payment"], ["document"]]
    assert signup["score"] < 20


def test_a_phone_is_offered_to_a_person_who_gave_none_and_what_nobody_carries_out_is_not(shop: APIClient) -> None:
    signup = post(shop, "/v1/signups", alice(phone=None)).json()
    offered = {kind for step in signup["next_checks"] for way in step["any_of"] for kind in way}
    assert {"email", "phone"} <= offered
    assert all(on_offer(CheckKind(kind)) for kind in offered)


def test_a_script_with_a_disposable_mailbox_is_held_and_the_reasons_say_why(shop: APIClient) -> None:
    signup = post(shop, "/v1/signups", bob()).json()
    codes = {reason["code"] for reason in signup["reasons"]}
    assert {"mailbox_disposable", "automation_webdriver", "browser_tool"} <= codes
    assert signup["outcome"] in {"review", "deny"}
    assert signup["held"]


def test_a_signup_looked_at_again_is_the_same(shop: APIClient) -> None:
    first = post(shop, "/v1/signups", alice())
    again = shop.get(first.headers["Location"])
    assert again.status_code == 200
    assert again.json() == first.json()


def test_the_same_account_id_twice_is_refused_and_the_first_stands(shop: APIClient) -> None:
    first = post(shop, "/v1/signups", alice()).json()
    second = post(shop, "/v1/signups", alice(email="other@example.org"))
    assert second.status_code == 409
    assert second.json()["code"] == "account_id_taken"
    assert shop.get(f"/v1/signups/{first['id']}").json() == first


def test_a_decision_is_stored_with_facts_that_judge_the_same_again(shop: APIClient) -> None:
    post(shop, "/v1/signups", bob())
    stored = Assessment.objects.get()
    verdict = judge(Facts.from_json(stored.facts), active().policy)
    assert verdict.score == stored.score
    assert verdict.outcome == stored.outcome
    assert [reason.code for reason in verdict.reasons] == [line["code"] for line in stored.reasons]


def test_what_happened_is_in_the_outbox_without_personal_data(shop: APIClient) -> None:
    post(shop, "/v1/signups", alice())
    events = list(Event.objects.order_by("id"))
    assert [event.type for event in events] == ["signup.decided", "lookups.requested"]
    for event in events:
        assert event.data["account_id"] == "acct_alice"
        for raw in ("alice.archer", "Archer", "+1415555", "72.224.214.33"):
            assert raw not in str(event.data)


def test_no_raw_personal_value_is_readable_in_the_database(shop: APIClient) -> None:
    post(shop, "/v1/signups", alice())
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("SELECT string_agg(t::text, '') FROM {} t").format(sql.Identifier(table)))
            (dump,) = cursor.fetchone()
            for raw in ("alice.archer", "Archer", "4155552671", "72.224.214.33"):
                assert raw not in (dump or ""), f"{raw} stands in {table}"


@pytest.mark.parametrize("others", [0, 40], ids=["first", "after forty others"])
def test_a_decision_takes_a_bounded_number_of_queries_at_any_size(shop: APIClient, others: int) -> None:
    for number in range(others):
        assert post(shop, "/v1/signups", alice(account_id=f"other-{number}")).status_code == 201
    post(shop, "/v1/signups", bob())
    assert keep_counters() == "rebuilt"
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert post(shop, "/v1/signups", alice()).status_code == 201
    assert len(queries) == SIGNUP_QUERIES, "\n".join(query["sql"] for query in queries)


def test_accounts_on_one_device_are_counted_and_weigh_more_the_more_there_are(shop: APIClient) -> None:
    scores = [
        post(shop, "/v1/signups", alice(account_id=f"acct_{number}", email=f"person{number}@example.org")).json()[
            "score"
        ]
        for number in range(6)
    ]
    assert scores[5] > scores[0]


def test_a_repeated_call_under_one_idempotency_key_opens_one_account(shop: APIClient) -> None:
    body = alice()
    del body["account_id"]
    first = post(shop, "/v1/signups", body, **{"Idempotency-Key": "form-7"})
    second = post(shop, "/v1/signups", body, **{"Idempotency-Key": "form-7"})
    assert second.json() == first.json()
    assert Account.objects.count() == 1


def test_fields_that_nobody_reads_are_warned_of(shop: APIClient) -> None:
    device = {**alice()["device"], "battery": 3}
    signup = post(shop, "/v1/signups", alice(favourite_colour="blue", device=device)).json()
    assert signup["warnings"] == ["unknown field: device.battery", "unknown field: favourite_colour"]


def test_a_time_of_ones_own_needs_the_import_scope(shop: APIClient, client_of: Callable[..., APIClient]) -> None:
    plain = client_of("signups:write")
    refused = post(plain, "/v1/signups", alice(created_at="2026-08-03T01:44:40.431Z"))
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    taken = post(shop, "/v1/signups", alice(created_at="2026-08-03T01:44:40.431Z"))
    assert taken.json()["created_at"].startswith("2026-08-03T01:44:40.431")


HOSTILE: list[Any] = [
    pytest.param({"email": "not an address"}, id="malformed e-mail"),
    pytest.param({"email": "@"}, id="at sign alone"),
    pytest.param({"email": "a\x00b@example.com"}, id="NUL in e-mail"),
    pytest.param({"email": "\ud800@example.com"}, id="lone surrogate"),
    pytest.param({"email": "\uff41lice@ex\uff41mple.com"}, id="full-width"),
    pytest.param({"phone": "call me"}, id="malformed phone"),
    pytest.param({"phone": "+" + "9" * 60}, id="endless phone"),
    pytest.param({"ip": "999.1.1.1"}, id="malformed address"),
    pytest.param({"ip": "::ffff:72.224.214.33"}, id="mapped address"),
    pytest.param({"ip": "fe80::1%eth0"}, id="zone id"),
    pytest.param({"user_agent": "\x00\x01\x02" * 300}, id="binary user agent"),
    pytest.param({"user_agent": ""}, id="empty user agent"),
    pytest.param({"name": "\U0001d504lice \u202eecilA"}, id="odd Unicode"),
    pytest.param({"name": "\x00"}, id="NUL name"),
    pytest.param({"device": {}}, id="empty device"),
    pytest.param({"device": {"screen": "AxBxC", "timezone": "Mars/Olympus", "languages": [""]}}, id="nonsense device"),
    pytest.param({"device": {"visitor_id": "\x00" * 100}}, id="NUL visitor id"),
    pytest.param({"payment": {"issuer_country": "??", "cvc_check": "\x00"}}, id="nonsense card"),
    pytest.param({"form": {"duration_ms": 0, "keystrokes": 0}}, id="no time at all"),
    pytest.param({"accept_language": "," * 400}, id="commas for languages"),
]


@pytest.mark.parametrize("change", HOSTILE)
def test_malformed_values_are_evidence_and_the_signup_is_not_lost(shop: APIClient, change: dict[str, Any]) -> None:
    answered = post(shop, "/v1/signups", alice(**change))
    assert answered.status_code == 201, answered.content
    assert Account.objects.filter(account_id="acct_alice").exists()
    assert shop.get(answered.headers["Location"]).status_code == 200


REFUSED: list[Any] = [
    pytest.param({"name": "x" * 1_000_000}, 413, None, id="a million characters"),
    pytest.param({"name": "x" * 1000}, 400, "name", id="a thousand characters"),
    pytest.param({"email": 7}, 400, "email", id="number for text"),
    pytest.param({"device": "iPhone"}, 400, "device", id="text for object"),
    pytest.param({"device": {"fonts": "Arial"}}, 400, "device.fonts", id="text for list"),
    pytest.param({"device": {"languages": ["en", 3]}}, 400, "device.languages.1", id="number in a list of texts"),
    pytest.param({"device": {"touch_points": "5"}}, 400, "device.touch_points", id="text for number"),
    pytest.param({"form": {"keystrokes": -1}}, 400, "form.keystrokes", id="less than nothing"),
    pytest.param({"form": {"duration_ms": 10**30}}, 400, None, id="a number beyond all"),
    pytest.param({"account_id": "has a blank"}, 400, "account_id", id="blank in account_id"),
    pytest.param({"account_id": "x\x00"}, 400, "account_id", id="NUL in account_id"),
    pytest.param({"created_at": "yesterday"}, 400, "created_at", id="not a time"),
    pytest.param({"created_at": "1066-10-14T09:00:00Z"}, 400, "created_at", id="before computers"),
]


@pytest.mark.parametrize(("change", "status", "field"), REFUSED)
def test_values_of_the_wrong_form_are_refused_by_name(
    shop: APIClient, change: dict[str, Any], status: int, field: str | None
) -> None:
    answered = post(shop, "/v1/signups", alice(**change))
    assert answered.status_code == status, answered.content
    problem = answered.json()
    assert problem["fix"]
    if field:
        assert field in [error["field"] for error in problem["errors"]]
    assert not Account.objects.exists()
