"""The log of an endpoint: what was sent and what came of it, sent again one by one or by time, forgotten in time."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from tests.conftest import post
from tests.hooks import ENDPOINTS, CatchUp, made, reported, signed_up
from tests.receiver import Receiver, Reply
from verification.tasks.periodic import forget
from verification.webhook_models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from verification.webhooks import replaying, schedule


@pytest.fixture
def path(shop: APIClient, hooked: Receiver) -> str:
    """The address of an endpoint."""
    return f"{ENDPOINTS}/{made(shop, hooked.url, events=['signup.decided', 'account.*'])['id']}"


def log(shop: APIClient, path: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.get(f"{path}/deliveries{query}").json()["items"]
    return found


def given_up(hooked: Receiver, catch_up: CatchUp) -> None:
    """What waits has its last try, and fails."""
    hooked.decide = lambda _: Reply(500, body="no user alice.archer@gmail.com")
    catch_up()
    WebhookDelivery.objects.filter(status="waiting").update(tries=schedule.TRIES - 1, due_at=timezone.now())
    catch_up()


def test_the_log_tells_what_was_sent_and_what_came_of_it(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str
) -> None:
    signed_up(shop)
    given_up(hooked, catch_up)
    (line,) = log(shop, path)
    assert (line["type"], line["account_id"], line["status"]) == ("signup.decided", "acct_alice", "given_up")
    assert line["webhook_id"] == hooked.got[0].id
    assert line["next_try_at"] is None
    first, second = line["attempts"]
    assert first["at"] > second["at"]
    assert (first["result"], first["status"]) == ("refused", 500)
    assert first["excerpt"] == "no user [...]"
    assert first["milliseconds"] >= 0


def test_the_log_is_narrowed_by_status_and_comes_in_pages(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str
) -> None:
    for name in ("a", "b", "c"):
        signed_up(shop, name)
    hooked.decide = lambda sent: Reply(500 if sent.account == "b" else 204)
    catch_up()
    assert [line["account_id"] for line in log(shop, path)] == ["c", "b", "a"]
    assert [line["account_id"] for line in log(shop, path, "?status=waiting")] == ["b"]
    assert log(shop, path, "?status=given_up") == []
    assert shop.get(f"{path}/deliveries?status=lost").status_code == 400
    page = shop.get(f"{path}/deliveries?limit=2").json()
    rest = shop.get(f"{path}/deliveries?limit=2&cursor={page['next']}").json()
    assert [line["account_id"] for line in rest["items"]] == ["a"]


def test_the_log_takes_as_many_queries_however_much_is_in_it(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str, django_assert_num_queries: Any
) -> None:
    for name in ("a", "b"):
        signed_up(shop, name)
        catch_up()
        shop.get(path)
        with django_assert_num_queries(3):
            assert log(shop, path)


def test_what_was_answered_is_not_readable_in_the_database(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str
) -> None:
    signed_up(shop)
    given_up(hooked, catch_up)
    stored = WebhookAttempt.objects.extra(select={"raw": "encode(excerpt, 'escape')"}).values_list("raw", flat=True)[0]
    assert "no user" not in stored


def test_one_delivery_is_sent_again_under_its_id(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str
) -> None:
    signed_up(shop)
    given_up(hooked, catch_up)
    hooked.decide = lambda _: Reply()
    delivery = log(shop, path)[0]["id"]
    assert post(shop, f"{path}/deliveries/{delivery}/replay", {}).status_code == 202
    catch_up()
    (line,) = log(shop, path)
    assert (line["status"], len(line["attempts"])) == ("delivered", 3)
    assert len({sent.id for sent in hooked.got}) == 1
    delivered = len(hooked.got)
    post(shop, f"{path}/deliveries/{delivery}/replay", {})  # one that was taken can be sent again too
    catch_up()
    assert len(hooked.got) == delivered + 1


def test_one_that_waits_is_tried_now(shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str) -> None:
    hooked.answers(500)
    signed_up(shop)
    catch_up()
    (line,) = log(shop, path)
    post(shop, f"{path}/deliveries/{line['id']}/replay", {})
    catch_up()
    assert log(shop, path)[0]["status"] == "delivered"


def test_what_happened_in_a_time_is_sent_again_in_the_order_of_each_account(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str
) -> None:
    with time_machine.travel(timezone.now(), tick=True) as clock:
        signed_up(shop, "before")
        given_up(hooked, catch_up)
        clock.shift(timedelta(hours=1))
        since = timezone.now()
        signed_up(shop)
        reported(shop, reference="r1")
        while WebhookDelivery.objects.filter(status="waiting").exists() or not WebhookDelivery.objects.filter(
            at__gte=since
        ):
            given_up(hooked, catch_up)
        missed = WebhookDelivery.objects.filter(at__gte=since).count()
        assert missed >= 3
        hooked.decide = lambda _: Reply()
        sent = len(hooked.got)
        answer = post(shop, f"{path}/replay", {"since": since.isoformat()}).json()
        assert answer == {"replayed": missed, "next_since": None, "warnings": []}
        catch_up()
        ids = [each.id for each in hooked.got[sent:]]
        assert ids == sorted(ids, key=lambda one: int(one.split("_")[1]))
        assert len(ids) == missed
        assert [line["account_id"] for line in log(shop, path, "?status=given_up")] == ["before"]
        again = {"since": since.isoformat(), "status": "all"}
        assert post(shop, f"{path}/replay", again).json()["replayed"] == missed
        assert post(shop, f"{path}/replay", {"since": since.isoformat()}).json()["replayed"] == 0


def test_a_long_time_is_sent_again_in_parts(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "BATCH", 2)
    monkeypatch.setattr(replaying, "REPLAYED_MOST", 4)
    for number in range(6):
        signed_up(shop, f"acct_{number}")
    given_up(hooked, catch_up)
    since = "2020-01-01T00:00:00Z"
    parts = []
    while since:
        answer = post(shop, f"{path}/replay", {"since": since}).json()
        parts.append(answer["replayed"])
        since = answer["next_since"]
    assert parts == [4, 2]


def test_nothing_is_sent_again_to_an_endpoint_that_is_off(shop: APIClient, path: str, hooked: Receiver) -> None:
    shop.patch(path, {"disabled": True}, format="json")
    assert post(shop, f"{path}/replay", {"since": "2026-01-01T00:00:00Z"}).json()["code"] == "webhook_endpoint_disabled"
    assert post(shop, f"{path}/test", {}).json()["code"] == "webhook_endpoint_disabled"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"since": "yesterday"},
        {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"since": "2999-01-01T00:00:00Z"},
        {"since": "2026-01-01T00:00:00Z", "status": "waiting"},
    ],
)
def test_a_time_that_is_none_is_refused(shop: APIClient, path: str, body: dict[str, Any]) -> None:
    assert post(shop, f"{path}/replay", body).json()["code"] == "invalid_request"


def test_the_delivery_of_another_endpoint_is_not_found(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str
) -> None:
    other = f"{ENDPOINTS}/{made(shop, hooked.url)['id']}"
    signed_up(shop)
    catch_up()
    mine = log(shop, path)[0]["id"]
    assert shop.get(f"{other}/deliveries/{mine}").status_code == 404
    assert post(shop, f"{other}/deliveries/{mine}/replay", {}).status_code == 404


def test_logs_are_kept_for_their_days_and_what_waits_stays(
    shop: APIClient, hooked: Receiver, catch_up: CatchUp, path: str
) -> None:
    with time_machine.travel(timezone.now(), tick=True) as clock:
        signed_up(shop)
        catch_up()
        hooked.decide = lambda _: Reply(500)
        signed_up(shop, "acct_carol")
        catch_up()
        clock.shift(timedelta(days=29))
        forget.apply()
        assert WebhookDelivery.objects.count() == 2
        clock.shift(timedelta(days=2))
        forget.apply()
        assert WebhookDelivery.objects.get().status == "waiting"
        shop.delete(path)
        clock.shift(timedelta(days=31))
        WebhookDelivery.objects.all().delete()
        forget.apply()
        assert not WebhookEndpoint.objects.exists()
