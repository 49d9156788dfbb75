"""What an engineer on call reads at /metrics and no process knows by itself: backlogs, their age, how things stand."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.test import APIClient

from config.lib import errands, letters
from config.lib.errands import Wanted
from tests.cast import alice
from tests.conftest import post
from tests.flows.test_containment import ring_of
from tiers.models import Account
from verification.friction_models import FrictionStanding
from verification.models import Event

Read = Callable[..., float | None]


@pytest.fixture
def read(client: Client) -> Read:
    """One value; None where it is not told."""

    def find(name: str, **labels: str) -> float | None:
        said = client.get("/metrics").content.decode()
        samples = [sample for family in text_string_to_metric_families(said) for sample in family.samples]
        found = [sample.value for sample in samples if (sample.name, sample.labels) == (name, labels)]
        return found[0] if found else None

    return find


def test_the_outbox_s_lag_is_the_age_of_the_oldest_event_that_waits(shop: APIClient, read: Read) -> None:
    post(shop, "/v1/signups", alice())
    Event.objects.update(relayed_at=timezone.now())
    Event.objects.filter(type="signup.decided").update(relayed_at=None, at=timezone.now() - timedelta(seconds=90))
    assert read("gatehouse_outbox_waiting") == 1
    assert read("gatehouse_outbox_lag_seconds") == pytest.approx(90, abs=10)


def test_each_queue_tells_how_much_waits_and_for_how_long(db: None, read: Read) -> None:
    now = timezone.now()
    errands.note([Wanted("verification.send_code", (1,))], at=now - timedelta(seconds=200))
    errands.note([Wanted("verification.send_code", (2,)), Wanted("verification.apply_ring", ("r",))], at=now)
    assert read("gatehouse_errands_waiting", queue="interactive") == 2
    assert read("gatehouse_errand_oldest_seconds", queue="interactive") == pytest.approx(200, abs=10)
    assert read("gatehouse_errands_waiting", queue="bulk") == 1
    assert read("gatehouse_errand_oldest_seconds", queue="outside") == 0


def test_what_stands_with_people_and_rings_is_told(shop: APIClient, read: Read) -> None:
    for name in ("a", "b"):
        post(shop, "/v1/signups", alice(account_id=name, email=f"{name}@gmail.com", phone=None))
    ring_of(list(Account.objects.order_by("pk")))
    letters.write(letters.Told("verification.send_code", [1], {}, "KeyError", "a.py:1", tries=4), at=timezone.now())
    assert read("gatehouse_rings", state="suspected") == 1
    assert read("gatehouse_dead_letters_waiting", task="verification.send_code") == 1
    assert read("gatehouse_dependency_up", dependency="database") == 1
    assert read("gatehouse_dependency_up", dependency="beat") == 0
    assert read("gatehouse_ring_exposure_requests_per_day", state="suspected", contained="no") == 0
    assert FrictionStanding.objects.count() == 0
    assert read("gatehouse_friction_alarms", rate="asked") is None
