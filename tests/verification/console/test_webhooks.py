"""Webhook endpoints in the console: made, changed, tried out, turned off and on, and what was delivered sent again."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from tests.conftest import post
from tests.receiver import Receiver, Reply
from tests.verification.console.desk import LIST_QUERIES, RAW, count_queries, desk_of, signed_up, text, user_of
from verification.console.webhooks import page_of
from verification.webhook_models import WebhookDelivery, WebhookEndpoint
from verification.webhooks import schedule

LIST = reverse("admin:verification_webhookendpoint_changelist")
NEW = reverse("admin:verification_webhookendpoint_new")
URL = "https://hooks.example.org/gatehouse"
SECRET = re.compile(r"(whsec_[A-Za-z0-9+/=]+|whpk_[A-Za-z0-9+/=]+)")
PAGE_QUERIES = LIST_QUERIES + 2  # the same, with the endpoint for the list; its deliveries, their attempts
CatchUp = Callable[[], int]


@pytest.fixture
def lead(db: None) -> Client:
    """The browser of who manages webhooks."""
    return desk_of(user_of("lena", "Lead"))


def act(client: Client, name: str, *args: int, **body: str) -> Any:
    return client.post(reverse(f"admin:verification_webhookendpoint_{name}", args=args), body)


def create(client: Client, url: str = URL, **changes: str) -> Any:
    body = {"url": url, "events": "*", "description": "", "algorithm": "hmac-sha256", "mode": "live"}
    return client.post(NEW, {**body, **changes})


def the_endpoint() -> WebhookEndpoint:
    return WebhookEndpoint.objects.get()


def test_an_endpoint_is_made_and_its_secret_is_shown_once(lead: Client) -> None:
    answer = create(lead, events="ring.*, check.passed\nring.*", description="billing")
    secret = SECRET.findall(text(answer))
    assert len(secret) == 1
    assert secret[0].startswith("whsec_")
    assert "no-store" in answer.headers["Cache-Control"]
    endpoint = the_endpoint()
    assert endpoint.events == ["ring.*", "check.passed"]
    page = text(lead.get(page_of(endpoint.pk)))
    assert not SECRET.findall(page)
    assert "billing" in page
    listed = text(lead.get(LIST))
    assert URL in listed
    assert "ring.*, check.passed" in listed


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"url": "http://hooks.example.org/"}, "it must begin with https://"),
        ({"url": "https://10.0.0.1/"}, "it must lead to a public address"),
        ({"url": ""}, "Name the URL."),
        ({"events": "rings.*"}, "No event is called so: rings.*."),
        ({"events": ""}, "Name events"),
        ({"events": ","}, "From 1 to 50 are possible."),
        ({"algorithm": "none"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_comes_back_with_why(lead: Client, changes: dict[str, str], says: str) -> None:
    refused = create(lead, **changes)
    assert refused.status_code == 422
    assert says in text(refused)
    assert not WebhookEndpoint.objects.exists()


def test_it_is_changed_and_held_to_the_same(lead: Client) -> None:
    create(lead)
    pk = the_endpoint().pk
    refused = act(lead, "edit", pk, url="https://127.0.0.1/", events="*")
    assert (refused.status_code, "public address" in text(refused)) == (422, True)
    assert act(lead, "edit", pk, url=f"{URL}/2", events="check.*", description="x").status_code == 302
    assert (the_endpoint().url, the_endpoint().events) == (f"{URL}/2", ["check.*"])


def test_it_is_tried_out_and_the_page_tells_what_came_of_it(lead: Client, hooked: Receiver, catch_up: CatchUp) -> None:
    create(lead, hooked.url, events="ring.*")
    catch_up()
    hooked.decide = lambda _: Reply(500, body="no handler for alice.archer@gmail.com")
    page = lead.get(act(lead, "try_out", the_endpoint().pk).headers["Location"])
    told = text(page)
    assert "webhook_endpoint.tested" in told
    assert "answered 500" in told
    assert "no handler for [...]" in told
    assert "&quot;type&quot;: &quot;webhook_endpoint.tested&quot;" in told
    assert len(hooked.got) == 1


def test_one_that_waits_is_tried_now_and_one_that_was_taken_sent_again(
    shop: APIClient, lead: Client, hooked: Receiver, catch_up: CatchUp
) -> None:
    create(lead, hooked.url, events="signup.decided")
    hooked.answers(500)
    signed_up(shop)
    catch_up()
    endpoint, delivery = the_endpoint(), WebhookDelivery.objects.get()
    address = reverse("admin:verification_webhookendpoint_delivery", args=[endpoint.pk, delivery.pk])
    assert "Try now" in text(lead.get(address))
    assert act(lead, "replay", endpoint.pk, delivery.pk).headers["Location"] == address
    catch_up()
    assert "Send again" in text(lead.get(address))
    act(lead, "replay", endpoint.pk, delivery.pk)
    catch_up()
    assert len(hooked.got) == 3


def test_what_was_given_up_in_a_time_is_sent_again(
    shop: APIClient, lead: Client, hooked: Receiver, catch_up: CatchUp
) -> None:
    create(lead, hooked.url, events="signup.decided")
    hooked.decide = lambda _: Reply(500)
    signed_up(shop)
    catch_up()
    WebhookDelivery.objects.update(tries=schedule.TRIES - 1, due_at="2026-01-01T00:00Z")
    catch_up()
    pk = the_endpoint().pk
    assert "given up" in text(lead.get(f"{page_of(pk)}?status=given_up"))
    for since, until, says in (("", "", "Say since when."), ("2026-02-01T00:00", "2026-01-01T00:00", "before it ends")):
        refused = act(lead, "replay_range", pk, since=since, until=until, which="given_up")
        assert (refused.status_code, says in text(refused)) == (422, True)
    hooked.decide = lambda _: Reply()
    sent = act(lead, "replay_range", pk, since="2020-01-01T00:00", until="", which="given_up")
    assert "1 are sent again" in text(lead.get(sent.headers["Location"]))
    catch_up()
    assert WebhookDelivery.objects.get().status == "delivered"


def test_it_is_turned_off_and_on_and_says_why_it_is_off(
    shop: APIClient, lead: Client, hooked: Receiver, catch_up: CatchUp
) -> None:
    create(lead, hooked.url)
    pk = the_endpoint().pk
    for _ in range(2):  # the second of two clicks changes nothing
        act(lead, "switch", pk, to="off")
    assert "off: asked" in text(lead.get(LIST))
    assert "turn it on first" in text(lead.get(act(lead, "try_out", pk).headers["Location"]))
    act(lead, "switch", pk, to="on")
    assert the_endpoint().disabled_at is None
    hooked.decide = lambda _: Reply(410)
    signed_up(shop)
    keep_up(catch_up)
    page = text(lead.get(page_of(pk)))
    assert "off: gone" in page
    assert "answered 410" in page
    assert lead.get("/console/").context["today"].webhooks == 1
    assert URL not in text(lead.get(f"{LIST}?state=on"))
    assert "off: gone" in text(lead.get(f"{LIST}?state=failing"))


def keep_up(catch_up: CatchUp) -> None:
    from_now = WebhookEndpoint.objects.filter(missed_after__isnull=False)
    from_now.update(missed_after=None)
    catch_up()


def test_a_new_key_is_shown_once_and_signs_beside_the_old_one(lead: Client) -> None:
    create(lead)
    pk = the_endpoint().pk
    answer = act(lead, "rotate", pk, overlap="24", algorithm="ed25519")
    assert SECRET.findall(text(answer))[0].startswith("whpk_")
    assert the_endpoint().old_key is not None
    assert "whsk_" not in text(lead.get(page_of(pk)))
    again = act(lead, "rotate", pk, overlap="24", algorithm="ed25519")
    assert (again.status_code, "the key before the last lives still" in text(again).lower()) == (422, True)
    assert act(lead, "rotate", pk, overlap="0", algorithm="hmac-sha256").status_code == 200
    assert the_endpoint().old_key is None


def test_it_is_deleted(lead: Client) -> None:
    create(lead)
    pk = the_endpoint().pk
    assert act(lead, "remove", pk).status_code == 302
    assert URL not in text(lead.get(LIST))
    assert lead.get(page_of(pk)).status_code in {302, 404}


@pytest.mark.parametrize("name", ["edit", "switch", "rotate", "try_out", "replay_range", "remove"])
def test_who_may_only_look_changes_nothing(lead: Client, desk: Client, victor: Client, name: str) -> None:
    create(lead)
    endpoint = the_endpoint()
    before = WebhookEndpoint.objects.values().get()
    for client in (desk, victor):
        assert act(client, name, endpoint.pk, to="off").status_code == 403
        assert create(client).status_code == 403
        page = text(client.get(page_of(endpoint.pk)))
        assert "You may look, but not change." in page
        assert "<form method" not in page.partition("gh-page")[2].partition("</article>")[0]
    assert WebhookEndpoint.objects.values().get() == before
    assert desk_of(user_of("mallory", None)).get(LIST).status_code == 403


def test_a_form_without_its_token_is_refused(lead: Client) -> None:
    create(lead)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="lena"))
    assert create(strict).status_code == act(strict, "switch", the_endpoint().pk, to="off").status_code == 403


def test_the_pages_take_as_many_queries_however_much_was_delivered(
    shop: APIClient, lead: Client, victor: Client, hooked: Receiver, catch_up: CatchUp
) -> None:
    create(lead, hooked.url)
    pk = the_endpoint().pk
    costs = []
    for name in ("a", "b"):
        signed_up(shop, account_id=name)
        catch_up()
        costs.append((count_queries(victor, LIST), count_queries(victor, page_of(pk))))
    assert costs == [(LIST_QUERIES, PAGE_QUERIES)] * 2


def test_the_log_comes_in_pages_and_names_nobody(
    shop: APIClient, lead: Client, hooked: Receiver, catch_up: CatchUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verification.console.webhook_log.LINES", 2)
    create(lead, hooked.url, events="signup.decided")
    for name in ("first", "second", "third"):
        signed_up(shop, account_id=name)
    catch_up()
    page = text(lead.get(page_of(the_endpoint().pk)))
    assert [name for name in ("first", "second", "third") if f">{name}<" in page] == ["second", "third"]
    following = re.search(r'href="(\?status=&amp;after=\d+)', page)
    assert following
    rest = text(lead.get(page_of(the_endpoint().pk) + following[1].replace("&amp;", "&")))
    assert ">first<" in rest
    assert not [raw for raw in RAW if raw in page + rest]
    for odd in ("?after=x", "?after=-1", "?after=99999999999999999999", "?status=x"):
        assert lead.get(page_of(the_endpoint().pk) + odd).status_code == 200


def test_a_delivery_of_another_endpoint_is_not_there(
    shop: APIClient, lead: Client, hooked: Receiver, catch_up: CatchUp
) -> None:
    create(lead, hooked.url)
    signed_up(shop)
    catch_up()
    create(lead, hooked.url)
    other = WebhookEndpoint.objects.latest("pk").pk
    address = reverse(
        "admin:verification_webhookendpoint_delivery", args=[other, WebhookDelivery.objects.latest("pk").pk]
    )
    assert lead.get(address).status_code == 404


def test_the_audit_log_says_who(lead: Client, shop: APIClient) -> None:
    create(lead)
    act(lead, "switch", the_endpoint().pk, to="off")
    post(shop, "/v1/webhook-endpoints", {"url": URL})
    entries = AuditEntry.objects.filter(act__startswith="webhook_endpoint").order_by("seq")
    who = [(entry.act.partition(".")[2], entry.actor.partition(":")[0]) for entry in entries]
    assert who == [("create", "user"), ("disable", "user"), ("create", "key")]
