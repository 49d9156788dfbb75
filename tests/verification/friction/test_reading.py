"""The report as it is read: which days, under which policy, and of nobody for those who may see nobody."""

import json
from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from risk.models import Easing
from risk.policies.store import DEFAULT, active, publish
from risk.policies.store import read as policy_of
from tests.risk.alice import ALICE
from verification.friction.reading import read
from verification.friction_models import FrictionTally

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted() -> None:
    for days in (0, 6, 7, 29, 30):
        FrictionTally.objects.create(
            day=(ALICE.at - timedelta(days=days)).date(), dimension="network", value="home", allow=1
        )
    Easing.objects.create(dimension="language", value="is", points=1, moved_at=ALICE.at)


@pytest.mark.parametrize(("days", "accounts"), [(7, 2), (30, 4)])
def test_today_and_the_days_before_it_are_read(days: int, accounts: int) -> None:
    found = read(ALICE.at, days=days)
    assert found.report.overall.counts.allow == accounts
    assert (found.until - found.since).days == days - 1


def test_it_names_the_policy_and_its_budget() -> None:
    publish({**policy_of(DEFAULT), "friction": {"budget": 0.2, "fewest": 40}})
    told = read(ALICE.at, days=7).as_json()
    assert (told["policy"], told["budget"], told["fewest"]) == (active().policy.digest, 0.2, 40)
    assert [each["group"] for each in told["eased"]] == ["is"]
    json.dumps(told, cls=DjangoJSONEncoder)


def test_of_nobody_it_is_empty() -> None:
    told = read(ALICE.at, days=7, empty=True).as_json()
    assert (told["groups"], told["alarms"], told["eased"]) == ([], [], [])
    assert told["overall"]["accounts"] == 0
