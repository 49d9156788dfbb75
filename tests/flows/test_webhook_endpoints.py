"""Endpoints over HTTP: made, looked at, changed, given another key, tried out, deleted; each by its scope."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient
from standardwebhooks import Webhook, WebhookVerificationError

from tests.conftest import post
from tests.hooks import ENDPOINTS, CatchUp, made, signed_up
from tests.receiver import Received, Receiver
from verification.models import Event
from verification.tasks import keep_webhooks
from verification.webhook_models import WebhookDelivery, WebhookEndpoint
from verification.webhooks import endpoints

URL = "https://hooks.example.org/gatehouse"


def change(caller: APIClient, endpoint: str, **told: Any) -> Any:
    return caller.patch(f"{ENDPOINTS}/{endpoint}", told, format="json")


def test_an_endpoint_is_made_and_its_secret_is_shown_this_once(shop: APIClient) -> None:
    told = made(shop, URL, events=["ring.*", "ring.*", "check.passed"], description="billing")
    assert told["secret"].startswith("whsec_")
    assert told["warnings"] == []
    kept = {name: value for name, value in told.items() if name not in {"secret", "warnings"}}
    assert kept["events"] == ["ring.*", "check.passed"]
    assert kept["public_keys"] == []
    assert shop.get(f"{ENDPOINTS}/{told['id']}").json() == kept
    assert shop.get(ENDPOINTS).json() == {"items": [kept], "next": None}
    assert told["secret"] not in str(shop.get(ENDPOINTS).content)


def test_a_secret_is_not_readable_in_the_database(shop: APIClient) -> None:
    secret = made(shop, URL)["secret"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(key, 'escape') FROM verification_webhookendpoint")
        assert secret.removeprefix("whsec_") not in cursor.fetchone()[0]


def test_the_same_call_again_under_its_key_makes_no_second_endpoint(shop: APIClient) -> None:
    once, again = (post(shop, ENDPOINTS, {"url": URL}, **{"Idempotency-Key": "e1"}) for _ in range(2))
    assert once.json() == again.json()
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param({"url": "http://hooks.example.org/"}, 422, "webhook_url_refused", id="no TLS"),
        pytest.param({"url": "https://10.0.0.1/"}, 422, "webhook_url_refused", id="inside"),
        pytest.param({"url": "http://127.0.0.1/"}, 422, "webhook_url_refused", id="here"),
        pytest.param({"url": "https://a:b@hooks.example.org/"}, 422, "webhook_url_refused", id="a password"),
        pytest.param({"url": URL, "events": ["rings.*"]}, 400, "invalid_request", id="no such event"),
        pytest.param({"url": URL, "events": []}, 400, "invalid_request", id="none"),
        pytest.param({"url": URL, "events": "ring.*"}, 400, "invalid_request", id="no list"),
        pytest.param({"url": URL, "algorithm": "rsa"}, 400, "invalid_request", id="no such algorithm"),
        pytest.param({}, 400, "invalid_request", id="nothing"),
    ],
)
def test_what_cannot_be_is_refused(shop: APIClient, body: dict[str, Any], status: int, code: str) -> None:
    refused = post(shop, ENDPOINTS, body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not WebhookEndpoint.objects.exists()


def test_a_change_is_held_to_the_same(shop: APIClient) -> None:
    endpoint = made(shop, URL)["id"]
    assert change(shop, endpoint, url="https://192.168.1.1/").json()["code"] == "webhook_url_refused"
    assert change(shop, endpoint, events=["nothing.*"]).json()["code"] == "invalid_request"
    changed = change(shop, endpoint, url=f"{URL}/2", events=["check.*"], odd=1).json()
    assert (changed["url"], changed["events"]) == (f"{URL}/2", ["check.*"])
    assert changed["warnings"]
    assert "secret" not in changed


def test_there_are_only_so_many(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "ENDPOINTS_MOST", 2)
    made(shop, URL)
    made(shop, URL)
    assert post(shop, ENDPOINTS, {"url": URL}).json()["code"] == "webhook_endpoints_full"


def test_looking_and_changing_are_opened_by_scopes_of_their_own(
    shop: APIClient, client_of: Callable[..., APIClient]
) -> None:
    path = f"{ENDPOINTS}/{made(shop, URL)['id']}"
    reader, writer, stranger = client_of("webhooks:read"), client_of("webhooks:write"), client_of("signups:read")
    assert reader.get(ENDPOINTS).status_code == reader.get(path).status_code == 200
    assert reader.get(f"{path}/deliveries").status_code == 200
    writes = [(ENDPOINTS, {"url": URL}), *((f"{path}/{act}", {}) for act in ("rotate", "test", "replay"))]
    for caller in (reader, stranger):
        for address, body in writes:
            assert post(caller, address, body).json()["code"] == "scope_missing"
        assert caller.patch(path, {}, format="json").status_code == caller.delete(path).status_code == 403
    for address in (ENDPOINTS, path, f"{path}/deliveries"):
        assert writer.get(address).status_code == stranger.get(address).status_code == 403
    assert change(writer, path.rpartition("/")[2], description="x").status_code == 200


@pytest.mark.parametrize("way", ["", "/deliveries", "/deliveries/whd_0", "/rotate", "/test", "/replay"])
def test_an_unknown_endpoint_is_not_found(shop: APIClient, way: str) -> None:
    address = f"{ENDPOINTS}/whe_nobodys{way}"
    body = {"since": "2026-01-01T00:00:00Z"}
    posted = way in {"/rotate", "/test", "/replay"}
    answer = post(shop, address, body) if posted else shop.get(address)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_deleted_endpoint_gets_nothing_more_and_is_not_found(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp
) -> None:
    path = f"{ENDPOINTS}/{made(shop, hooked.url)['id']}"
    hooked.answers(500)
    signed_up(shop)
    catch_up()
    assert shop.delete(path).status_code == 204
    assert shop.get(path).status_code == shop.delete(path).status_code == 404
    signed_up(shop, "acct_carol")
    catch_up()
    keep_webhooks.apply()
    assert len(hooked.got) == 1
    assert WebhookDelivery.objects.get().status == "given_up"
    kept = WebhookEndpoint.objects.get()
    assert (kept.key, kept.old_key) == ("", None)


def test_while_a_key_is_changed_both_sign_and_then_the_new_one_alone(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp
) -> None:
    with time_machine.travel(timezone.now(), tick=True) as clock:
        told = made(shop, hooked.url)
        path, old = f"{ENDPOINTS}/{told['id']}", told["secret"]
        new = post(shop, f"{path}/rotate", {"overlap_hours": 1}).json()["secret"]
        assert new not in {old, None}
        signed_up(shop)
        catch_up()
        during = hooked.got[-1]
        assert takes(old, during)
        assert takes(new, during)
        assert len(during.headers["webhook-signature"].split()) == 2
        assert post(shop, f"{path}/rotate", {}).json()["code"] == "webhook_keys_overlap"
        clock.shift(timedelta(minutes=61))
        signed_up(shop, "acct_carol")
        catch_up()
        after = hooked.got[-1]
        assert takes(new, after)
        assert not takes(old, after)
        keep_webhooks.apply()
        assert WebhookEndpoint.objects.get().old_key is None
        newest = post(shop, f"{path}/rotate", {}).json()["secret"]
        assert newest not in {old, new}


def test_a_key_that_leaked_is_ended_at_once(shop: APIClient, hooked: Receiver, catch_up: CatchUp) -> None:
    told = made(shop, hooked.url)
    path = f"{ENDPOINTS}/{told['id']}"
    between = post(shop, f"{path}/rotate", {}).json()["secret"]
    new = post(shop, f"{path}/rotate", {"overlap_hours": 0}).json()["secret"]
    signed_up(shop)
    catch_up()
    assert [takes(secret, hooked.got[0]) for secret in (told["secret"], between, new)] == [False, False, True]


def test_an_endpoint_goes_over_to_ed25519_with_both_signatures_meanwhile(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp
) -> None:
    told = made(shop, hooked.url)
    path = f"{ENDPOINTS}/{told['id']}"
    rotated = post(shop, f"{path}/rotate", {"algorithm": "ed25519"}).json()
    assert rotated["secret"].startswith("whpk_")
    assert rotated["public_keys"] == [rotated["secret"]]
    assert rotated["algorithm"] == "ed25519"
    signed_up(shop)
    catch_up()
    assert takes(told["secret"], hooked.got[0])
    assert takes(rotated["secret"], hooked.got[0])
    assert "whsk_" not in str(shop.get(path).content)


def takes(key: str, sent: Received) -> bool:
    """Whether a receiver that has this key takes a request."""
    if key.startswith("whsec_"):
        try:
            Webhook(key).verify(sent.body, sent.headers)
        except WebhookVerificationError:
            return False
        return True
    signed = f"{sent.headers['webhook-id']}.{sent.headers['webhook-timestamp']}.{sent.body}".encode()
    verifying = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.removeprefix("whpk_")))
    for signature in sent.headers["webhook-signature"].split():
        version, _, value = signature.partition(",")
        if version == "v1a":
            verifying.verify(base64.b64decode(value), signed)
            return True
    return False


def test_an_endpoint_is_tried_out_with_an_event_of_its_own(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp
) -> None:
    told = made(shop, f"{hooked.url}&tried", events=["ring.*"])
    made(shop, f"{hooked.url}&other")
    catch_up()  # tasks run from here on
    asked = post(shop, f"{ENDPOINTS}/{told['id']}/test", {})
    assert (asked.status_code, asked.json()["type"]) == (202, "webhook_endpoint.tested")
    catch_up()
    (sent,) = hooked.got
    assert sent.path.endswith("tried")
    assert Webhook(told["secret"]).verify(sent.body, sent.headers)["data"] == {"endpoint": told["id"], "test": False}
    found = shop.get(f"{ENDPOINTS}/{told['id']}/deliveries/{asked.json()['id']}").json()
    assert (found["status"], found["attempts"][0]["result"]) == ("delivered", "delivered")
    assert Event.objects.get().relayed_at is not None


def test_the_list_of_endpoints_takes_as_many_queries_however_many_there_are(
    shop: APIClient, django_assert_num_queries: Any
) -> None:
    shop.get(ENDPOINTS)
    for _ in range(2):
        made(shop, URL)
        with django_assert_num_queries(1):
            assert shop.get(ENDPOINTS).status_code == 200
