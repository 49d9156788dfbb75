"""A device is followed though it drifts; a stock phone is nobody's own; a test key's device leaves no trace."""

import copy
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk import gather as gathering
from risk.facts import Facts
from risk.models import Assessment, Device, Identifier, UncountedDevice
from risk.policies.store import active
from risk.scoring import judge
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from verification.tasks import learn_devices

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1"
    " Mobile/15E148 Safari/604.1"
)
STOCK_PHONE = {
    "visitor_id": "5a08e8b8c2142912dab0",
    "canvas": "c6a624d53ae71848",
    "audio": "e2cc2e33",
    "webgl_vendor": "Apple Inc.",
    "webgl_renderer": "Apple GPU",
    "fonts": ["Gill Sans", "Menlo"],
    "screen": "393x852x24",
    "timezone": "America/New_York",
    "languages": ["en-US", "en"],
    "platform": "iPhone",
    "hardware_concurrency": 4,
    "touch_points": 5,
}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call of a process loads what later ones have; no test here is of the deadline."""
    monkeypatch.setattr(gathering, "DEADLINE_SECONDS", 60.0)


def somebody(number: int, device: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Another account on a device."""
    body = alice(account_id=f"acct_{number}", email=f"person{number}@example.org", phone=f"+1415555267{number}")
    return body | {"ip": f"72.224.{number}.33", "device": device} | changes


def drifted(**changes: Any) -> dict[str, Any]:
    """Alice's device, changed, with the new visitor id that any change brings."""
    return {**copy.deepcopy(alice()["device"]), **changes, "visitor_id": f"v{sorted(changes)}"}


def codes(answered: Any) -> set[str]:
    assert answered.status_code == 201, answered.content
    return {reason["code"] for reason in answered.json()["reasons"]}


def ten_days_apart(shop: APIClient, devices: list[dict[str, Any]]) -> list[set[str]]:
    """The reasons of a signup on each device."""
    found = []
    for number, device in enumerate(devices):
        with time_machine.travel(timezone.now() + timedelta(days=10 * number)):
            found.append(codes(post(shop, "/v1/signups", somebody(number, device))))
    return found


def test_accounts_from_one_device_are_counted_though_it_changes_in_between(shop: APIClient) -> None:
    shown = [drifted(), drifted(canvas="other"), drifted(canvas="other", screen="2560x1440x24")]
    first, second, third = ten_days_apart(shop, shown)
    assert "velocity_device_few" not in first | second
    assert "velocity_device_few" in third
    assert Device.objects.count() == 1
    assert Identifier.objects.filter(kind=1).values("value").distinct().count() == 1
    facts = Facts.from_json(Assessment.objects.latest("id").facts)
    assert facts.device
    assert (facts.device.recognised, facts.device.common) == ("near", 0)


def test_people_with_the_same_stock_phone_are_not_taken_for_one(shop: APIClient) -> None:
    seen = [codes(post(shop, "/v1/signups", somebody(n, STOCK_PHONE, user_agent=IPHONE))) for n in range(8)]
    assert not {code for each in seen for code in each if "velocity_device" in code}
    assert Device.objects.count() == 8
    last = Assessment.objects.latest("id")
    assert last.facts["device"]["recognised"] == "new"
    assert last.facts["device"]["common"] >= 1
    assert "velocity_device" in last.unknown


def test_a_device_goes_on_record_with_the_signup_that_brings_its_token(shop: APIClient, page: APIClient) -> None:
    sighting = {"device": alice()["device"], "bot": {"bot": False, "kind": None}}
    token = post(page, "/v1/devices", sighting).json()["device_token"]
    assert not Device.objects.exists()  # a page that somebody only looks at leaves nothing
    body = alice(device_token=token)
    del body["device"], body["form"]
    codes(post(shop, "/v1/signups", body))
    assert Device.objects.get().components


def test_a_test_key_s_device_leaves_no_trace(db: None) -> None:
    _, key = issue(KeyOrder(KeyKind.SECRET, tuple(ALL_SCOPES), "shop", "tests", Mode.TEST))
    codes(post(client_with(key), "/v1/signups", alice()))
    assert not Device.objects.exists()
    assert not UncountedDevice.objects.exists()


def test_a_decision_on_a_recognised_device_is_replayed_bit_for_bit(shop: APIClient) -> None:
    ten_days_apart(shop, [drifted(), drifted(canvas="other"), drifted(canvas="other", screen="2560x1440x24")])
    assert learn_devices.apply().get(disable_sync_subtasks=False) == 1
    stored = Assessment.objects.latest("id")
    verdict = judge(Facts.from_json(stored.facts), active().policy)
    assert (verdict.score, verdict.outcome) == (stored.score, stored.outcome)
