"""A receiver is away, busy, gone or off, or a worker is killed: nothing is lost, and nobody is asked too much."""

from datetime import timedelta

import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from tests.hooks import ENDPOINTS, CatchUp, later, made, reported, signed_up
from tests.receiver import Receiver, Reply
from verification import outbox
from verification.models import Event
from verification.tasks import keep_webhooks
from verification.webhook_models import Result, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from verification.webhooks import deliveries, messages, schedule
from verification.webhooks.posting import Answer


def test_the_pause_that_a_receiver_asks_for_is_kept(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    made(shop, hooked.url)
    hooked.decide = lambda _: Reply(503, {"Retry-After": "600"})
    signed_up(shop)
    catch_up()
    hooked.decide = lambda _: Reply()
    later(clock, catch_up, timedelta(seconds=590))
    assert len(hooked.got) == 1
    later(clock, catch_up, timedelta(seconds=20))
    assert len(hooked.got) == 2


def test_what_was_made_by_a_clock_that_was_ahead_goes_out_once_that_is_set_right(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    made(shop, hooked.url, events=["signup.decided"])
    clock.shift(timedelta(hours=1))
    signed_up(shop)
    outbox.relay({}, send=len, takers=[deliveries.make])
    assert WebhookDelivery.objects.get().tries == 0
    clock.shift(-timedelta(hours=1))
    catch_up()
    assert hooked.types() == ["signup.decided"]


def test_one_that_nobody_answers_at_rests_and_is_then_tried_with_one(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    made(shop, hooked.url, events=["signup.decided"])
    hooked.decide = lambda _: Reply(503)
    for number in range(20):
        signed_up(shop, f"acct_{number}")
    catch_up()
    asked = len(hooked.got)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.rests_until is not None
    signed_up(shop, "acct_new")
    catch_up()
    assert len(hooked.got) == asked
    later(clock, catch_up, timedelta(seconds=61))
    assert len(hooked.got) == asked + 1
    hooked.decide = lambda _: Reply()
    later(clock, catch_up, timedelta(minutes=6))
    assert WebhookDelivery.objects.filter(status="delivered").count() == 21
    endpoint.refresh_from_db()
    assert endpoint.unreached == 0
    assert WebhookEndpoint.objects.filter(rests_until=None, failing_since=None).exists()


def test_one_that_is_gone_is_disabled_and_the_others_are_told(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp
) -> None:
    gone = made(shop, f"{hooked.url}&gone", events=["signup.decided"])
    made(shop, f"{hooked.url}&other", events=["webhook_endpoint.*"])
    hooked.decide = lambda sent: Reply(410 if sent.path.endswith("gone") else 204)
    signed_up(shop)
    catch_up()
    catch_up()
    told = hooked.got[-1].message
    assert told["type"] == "webhook_endpoint.disabled"
    assert told["data"] == {"endpoint": gone["id"], "test": False, "why": "gone"}
    shown = shop.get(f"{ENDPOINTS}/{gone['id']}").json()
    assert (shown["disabled"], shown["disabled_why"]) == (True, "gone")
    signed_up(shop, "acct_carol")
    catch_up()
    assert not hooked.of("acct_carol")


def test_one_that_takes_nothing_for_three_days_is_disabled(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    made(shop, hooked.url, events=["signup.decided"])
    hooked.decide = lambda _: Reply(500)
    signed_up(shop)
    catch_up()
    for pause in schedule.PAUSES:
        later(clock, catch_up, pause * 1.11)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.disabled_why == "failing"
    assert Event.objects.filter(type="webhook_endpoint.disabled").count() == 1


def test_turned_on_again_it_gets_what_it_missed_in_order(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    path = f"{ENDPOINTS}/{made(shop, hooked.url)['id']}"
    hooked.decide = lambda _: Reply(500)
    signed_up(shop)
    catch_up()
    assert shop.patch(path, {"disabled": True}, format="json").json()["disabled_why"] == "asked"
    reported(shop, reference="r1")
    later(clock, catch_up, timedelta(hours=2))
    assert len(hooked.got) == 1
    hooked.decide = lambda _: Reply()
    assert shop.patch(path, {"disabled": False}, format="json").json()["disabled"] is False
    reported(shop, reference="r2")
    catch_up()
    expected = [messages.message_id(event) for event in Event.objects.order_by("pk")]
    assert [sent.id for sent in hooked.got[1:]] == expected


def test_what_waits_for_one_that_stays_off_is_given_up_after_three_days(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    path = f"{ENDPOINTS}/{made(shop, hooked.url)['id']}"
    signed_up(shop)
    hooked.decide = lambda _: Reply(500)
    catch_up()
    shop.patch(path, {"disabled": True}, format="json")
    clock.shift(timedelta(days=2))
    keep_webhooks.apply()
    assert WebhookDelivery.objects.get().status == "waiting"
    clock.shift(timedelta(days=2))
    keep_webhooks.apply()
    assert WebhookDelivery.objects.get().status == "given_up"


def test_a_worker_that_was_killed_while_it_sent_loses_nothing(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, clock: time_machine.Traveller
) -> None:
    """Its claim runs out, and only then another sends it; the next of the account waits for that."""
    endpoint = made(shop, hooked.url)
    signed_up(shop)
    reported(shop, reference="r1")
    pk = WebhookEndpoint.objects.get(public_id=endpoint["id"]).pk
    deliveries.make(list(Event.objects.order_by("pk")))
    killed = deliveries.claim(pk, most=10, at=timezone.now())
    assert [each.event.type for each in killed] == ["signup.decided"]
    catch_up()
    assert hooked.got == []
    later(clock, catch_up, timedelta(seconds=2) + deliveries.CLAIM_SPARE)
    assert [sent.id for sent in hooked.got] == [messages.message_id(e) for e in Event.objects.order_by("pk")]
    late = deliveries.settle(killed[0], Answer(Result.REFUSED, 10, 500), at=timezone.now())
    assert late == "delivered"


def test_two_who_claim_at_once_share_nothing(shop: APIClient, hooked: Receiver) -> None:
    pk = WebhookEndpoint.objects.get(public_id=made(shop, hooked.url)["id"]).pk
    for number in range(6):
        signed_up(shop, f"acct_{number}")
    deliveries.make(list(Event.objects.order_by("pk")))
    one, other = (deliveries.claim(pk, most=4, at=timezone.now()) for _ in range(2))
    assert (len(one), len(other)) == (4, 2)
    assert not {each.pk for each in one} & {each.pk for each in other}


def test_an_account_that_is_erased_leaves_nothing_to_send(shop: APIClient, hooked: Receiver, catch_up: CatchUp) -> None:
    pk = WebhookEndpoint.objects.get(public_id=made(shop, hooked.url)["id"]).pk
    signed_up(shop)
    deliveries.make(list(Event.objects.all()))
    (in_flight,) = deliveries.claim(pk, most=1, at=timezone.now())
    Event.objects.all().delete()
    assert deliveries.settle(in_flight, Answer(Result.DELIVERED, 10, 204), at=timezone.now()) == "given_up"
    assert not WebhookAttempt.objects.exists()
