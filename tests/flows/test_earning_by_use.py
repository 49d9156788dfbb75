"""Use that gateways report earns days, once they are over, whenever it comes."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from risk.models import UsageWindow
from risk.policies.store import active, publish
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account, EarnedDays
from verification.tasks import earn_by_use

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def gateway(shop: APIClient, client_of: Any) -> APIClient:
    assert post(shop, "/v1/signups", alice()).status_code == 201
    client: APIClient = client_of("usage:write")
    return client


def used(gateway: APIClient, hours: Iterable[datetime], *, templates: int = 3) -> None:
    windows = [
        {
            "account_id": "acct_alice",
            "window_start": hour.isoformat(),
            "requests": 9,
            "prompt_sketches": [f"{number:016x}" for number in range(templates)],
        }
        for hour in hours
    ]
    assert post(gateway, "/v1/usage", windows).json()["stored"] == len(windows)


def received(at: datetime) -> None:
    """The windows that came just now came at this moment."""
    UsageWindow.objects.filter(received_at__gt=datetime(2026, 11, 29, tzinfo=UTC)).update(received_at=at)


def days() -> list[str]:
    return [str(day) for earned in EarnedDays.objects.all() for day in earned.days]


def beat(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        earn_by_use()


def test_a_day_is_earned_once_it_is_over_and_only_once(gateway: APIClient) -> None:
    used(gateway, [NOON, NOON + HOUR])
    received(NOON + 2 * HOUR)
    beat(NOON + 3 * HOUR)
    assert days() == []
    beat(NOON + 14 * HOUR)  # two hours after midnight: some may still be on their way
    assert days() == []
    for later in (16, 17):
        beat(NOON + later * HOUR)
        assert days() == ["2026-11-10"]
    assert Account.objects.get().earned_days == 1


def test_what_comes_late_has_its_day_added_up_again(gateway: APIClient) -> None:
    used(gateway, [NOON])
    received(NOON + HOUR)
    beat(NOON + DAY)
    assert days() == []
    used(gateway, [NOON + HOUR])
    received(NOON + 3 * DAY)
    beat(NOON + 3 * DAY + HOUR)
    assert days() == ["2026-11-10"]


def test_an_old_history_earns_its_days_and_one_that_never_sleeps_or_asks_one_thing_earns_none(
    gateway: APIClient,
) -> None:
    used(gateway, [NOON - 90 * DAY + number * HOUR for number in (0, 3)])
    used(gateway, [NOON - 80 * DAY + number * HOUR for number in range(-12, 12)])
    used(gateway, [NOON - 70 * DAY + number * HOUR for number in (0, 3)], templates=1)
    received(NOON)
    beat(NOON + HOUR)
    assert days() == [str((NOON - 90 * DAY).date())]


def test_who_is_held_earns_nothing(gateway: APIClient) -> None:
    Account.objects.update(held=True)
    used(gateway, [NOON, NOON + HOUR])
    received(NOON)
    beat(NOON + DAY)
    assert days() == []


def test_days_that_the_ladder_asks_for_open_a_rung(shop: APIClient, gateway: APIClient) -> None:
    document = dict(active().document)
    document["ladder"] = [
        {**line, "needs": [*line["needs"], {"proofs": [], "earned_days": 3}]} if line["tier"] == "basic" else line
        for line in document["ladder"]
    ]
    publish(document, by="test")
    assert Account.objects.get().tier == "trial"
    for day in range(3):
        used(gateway, [NOON - day * DAY, NOON - day * DAY + HOUR])
    received(NOON)
    beat(NOON + DAY)
    assert Account.objects.get().tier == "basic"
    assert shop.get("/v1/accounts/acct_alice/grants").json()["items"][0]["cause"] == "usage"
