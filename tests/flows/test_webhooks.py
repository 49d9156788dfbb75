"""What happens is sent to endpoints: signed, once each, in the order of each account, and again until it is taken."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient
from standardwebhooks import Webhook

from config.lib import audit
from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from config.lib.models import AuditEntry
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tests.hooks import ENDPOINTS, CatchUp, later, made, reported, signed_up
from tests.receiver import Received, Receiver, Reply, receiver
from verification.models import Event
from verification.tasks import send_webhooks
from verification.webhook_models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from verification.webhooks import deliveries, messages, schedule, sending


def test_what_happens_is_sent_signed_as_the_specification_has_it(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp
) -> None:
    secret = made(shop, hooked.url)["secret"]
    signed_up(shop)
    catch_up()
    (sent,) = hooked.got
    told = Webhook(secret).verify(sent.body, sent.headers)
    event = Event.objects.get()
    assert told["type"] == "signup.decided"
    assert told["data"] == event.data
    assert told["timestamp"][:19] == event.at.isoformat()[:19]
    assert sent.path == "/hooks?from=gatehouse"
    assert sent.headers["content-type"] == "application/json"


def test_a_delivery_that_was_taken_is_not_sent_again(shop: APIClient, hooked: Receiver, catch_up: CatchUp) -> None:
    made(shop, hooked.url)
    signed_up(shop)
    catch_up()
    catch_up()
    Event.objects.update(relayed_at=None)  # a relay that died before it had marked them
    catch_up()
    assert len(hooked.got) == 1
    assert WebhookDelivery.objects.get().status == "delivered"


def test_only_what_an_endpoint_wants_is_sent_to_it(shop: APIClient, hooked: Receiver, catch_up: CatchUp) -> None:
    made(shop, f"{hooked.url}&all")
    made(shop, f"{hooked.url}&accounts", events=["account.*", "check.passed"])
    made(shop, f"{hooked.url}&rings", events=["ring.*"])
    signed_up(shop)
    reported(shop, reference="r1")
    catch_up()
    by_path = {name: [s.message["type"] for s in hooked.got if s.path.endswith(name)] for name in ("accounts", "rings")}
    assert by_path["rings"] == []
    assert set(by_path["accounts"]) == {"account.reported", "account.redecided", "account.tier_changed"}
    assert "signup.decided" in hooked.types()
    assert len({each.id for each in hooked.got}) == Event.objects.count()  # one id of an event, for every endpoint


def test_what_was_not_taken_is_sent_again_under_the_same_id_and_a_new_timestamp(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    secret = made(shop, hooked.url)["secret"]
    hooked.answers(500, 302)
    signed_up(shop)
    catch_up()
    catch_up()
    assert len(hooked.got) == 1
    later(clock, catch_up, timedelta(seconds=6))
    assert len(hooked.got) == 2
    later(clock, catch_up, timedelta(minutes=6))
    for sent in hooked.got[2:]:
        Webhook(secret).verify(sent.body, sent.headers)
    first, *again = hooked.got
    assert len(again) == 2
    assert {(sent.id, sent.body) for sent in again} == {(first.id, first.body)}
    assert len({sent.headers["webhook-timestamp"] for sent in hooked.got}) == 3
    assert [a.status for a in WebhookAttempt.objects.order_by("pk")] == [500, 302, 204]


def test_it_is_tried_over_three_days_and_then_given_up(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    made(shop, hooked.url, events=["signup.decided"])
    hooked.decide = lambda sent: Reply(500 if sent.account == "acct_alice" else 204)
    signed_up(shop)
    begun = timezone.now()
    catch_up()
    alices = WebhookDelivery.objects.get()
    for number, pause in enumerate(schedule.PAUSES):
        assert len(hooked.of("acct_alice")) == number + 1
        signed_up(shop, f"acct_{number}")  # others are delivered meanwhile: the endpoint itself is well
        later(clock, catch_up, pause * 1.11)
    assert len(hooked.of("acct_alice")) == schedule.TRIES
    alices.refresh_from_db()
    assert alices.status == "given_up"
    assert timedelta(days=3) < timezone.now() - begun < timedelta(days=4)
    later(clock, catch_up, timedelta(days=2))
    assert len(hooked.of("acct_alice")) == schedule.TRIES


def test_a_later_event_of_an_account_waits_for_the_earlier_one_and_others_do_not(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    made(shop, hooked.url)
    hooked.decide = lambda sent: Reply(500 if sent.account == "acct_alice" else 204)
    signed_up(shop)
    reported(shop, reference="r1")
    signed_up(shop, "acct_carol")
    reported(shop, "acct_carol", reference="r2")
    catch_up()
    assert [sent.message["type"] for sent in hooked.of("acct_alice")] == ["signup.decided"]
    assert len(hooked.of("acct_carol")) == Event.objects.filter(account__account_id="acct_carol").count() > 1
    hooked.decide = lambda _: Reply()
    later(clock, catch_up, timedelta(seconds=6))
    taken = [sent.id for sent in hooked.of("acct_alice")[1:]]
    events = Event.objects.filter(account__account_id="acct_alice").order_by("pk")
    assert taken == [messages.message_id(event) for event in events]


def test_one_that_is_given_up_lets_the_next_of_its_account_through(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    made(shop, hooked.url, events=["signup.decided", "account.reported"])
    hooked.decide = lambda sent: Reply(500 if sent.message["type"] == "signup.decided" else 204)
    signed_up(shop)
    reported(shop, reference="r1")
    catch_up()
    WebhookDelivery.objects.filter(event__type="signup.decided").update(tries=schedule.TRIES - 1)
    assert hooked.types() == ["signup.decided"]
    later(clock, catch_up, timedelta(seconds=6))
    assert hooked.types() == ["signup.decided", "signup.decided", "account.reported"]


def test_an_endpoint_that_hangs_holds_up_no_other(shop: APIClient, hooked: Receiver, catch_up: CatchUp) -> None:
    stuck = threading.Event()
    with receiver() as hanging:
        hanging.decide = lambda _: Reply(until=stuck)
        made(shop, hanging.url)
        made(shop, hooked.url)
        signed_up(shop)
        catch_up()
        stuck.set()
    assert len(hooked.got) == 1
    statuses = WebhookDelivery.objects.order_by("endpoint").values_list("status", flat=True)
    assert list(statuses) == ["waiting", "delivered"]
    assert WebhookAttempt.objects.get(delivery__status="waiting").result == "timed_out"


def test_an_account_whose_messages_hang_holds_up_nobody_elses(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alice's is answered once all others were sent: if they waited for it, nobody would ever be."""
    others, all_came = 40, threading.Event()  # more than go out at once: places that become free are filled
    settings.WEBHOOKS = replace(settings.WEBHOOKS, timeout_seconds=30)
    monkeypatch.setattr(sending, "TURN_SECONDS", 120.0)

    def decide(sent: Received) -> Reply:
        if len({each.account for each in hooked.got}) == others + 1:
            all_came.set()
        return Reply(until=all_came) if sent.account == "acct_alice" else Reply()

    hooked.decide = decide
    made(shop, hooked.url, events=["signup.decided"])
    signed_up(shop)
    for number in range(others):
        signed_up(shop, f"acct_{number}")
    catch_up()
    assert len(hooked.of("acct_alice")) == 1
    assert WebhookDelivery.objects.filter(status="delivered").count() == others + 1


def test_test_keys_and_live_keys_have_endpoints_of_their_own(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp
) -> None:
    order = KeyOrder(KeyKind.SECRET, tuple(ALL_SCOPES), "shop", "tests", Mode.TEST)
    tester = client_with(issue(order)[1])
    live, test = made(shop, f"{hooked.url}&live"), made(tester, f"{hooked.url}&test")
    assert [each["id"] for each in tester.get(ENDPOINTS).json()["items"]] == [test["id"]]
    assert [each["id"] for each in shop.get(ENDPOINTS).json()["items"]] == [live["id"]]
    assert tester.get(f"{ENDPOINTS}/{live['id']}").json()["code"] == "not_found"
    assert shop.get(f"{ENDPOINTS}/{test['id']}/deliveries").json()["code"] == "not_found"
    signed_up(shop)
    signed_up(tester, "acct_test")
    catch_up()
    assert [sent.account for sent in hooked.got if sent.path.endswith("live")] == ["acct_alice"]
    assert {sent.account for sent in hooked.got if sent.path.endswith("test")} == {"acct_test"}


def test_no_personal_value_is_sent(shop: APIClient, hooked: Receiver, catch_up: CatchUp) -> None:
    made(shop, hooked.url)
    answer = post(shop, "/v1/signups", alice())
    post(shop, f"/v1/signups/{answer.json()['id']}/checks", {"kind": "email"})
    reported(shop, reference="r1")
    catch_up()
    catch_up()
    everything = " ".join(sent.body + str(sent.headers) for sent in hooked.got)
    assert len(hooked.got) >= 4
    for raw in ("alice.archer", "Archer", "4155552671", "72.224.214.33", "a11ce000", "c6a624d53ae71848"):
        assert raw not in everything


def test_a_turn_takes_few_queries_however_much_was_delivered_before(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, django_assert_max_num_queries: Any
) -> None:
    pk = WebhookEndpoint.objects.get(public_id=made(shop, hooked.url, events=["signup.decided"])["id"]).pk
    for round_of in range(2):
        signed_up(shop, f"acct_{round_of}")
        deliveries.make(list(Event.objects.filter(relayed_at=None)))
        with django_assert_max_num_queries(16):
            send_webhooks.apply(args=(pk,))
        assert len(hooked.got) == round_of + 1
    assert connection.in_atomic_block  # and none of them by the threads that send


def test_what_people_do_with_endpoints_stands_in_the_audit_log(shop: APIClient, hooked: Receiver) -> None:
    path = f"{ENDPOINTS}/{made(shop, hooked.url)['id']}"
    shop.patch(path, {"disabled": True}, format="json")
    shop.patch(path, {"disabled": False, "description": "billing"}, format="json")
    post(shop, f"{path}/rotate", {})
    post(shop, f"{path}/test", {})
    shop.delete(path)
    acts = [entry.act for entry in AuditEntry.objects.filter(act__startswith="webhook").order_by("seq")]
    assert acts == [
        f"webhook_endpoint.{act}" for act in ("create", "disable", "change", "enable", "rotate", "replay")
    ] + ["webhook_endpoint.delete"]
    assert audit.verify() == []
