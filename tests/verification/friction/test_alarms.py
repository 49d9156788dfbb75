"""An alarm is raised once and ended once, and an event tells each."""

from datetime import timedelta

import pytest

from risk.friction import Friction
from risk.groups import Dimension
from tests.risk.alice import ALICE
from verification.friction import alarms
from verification.friction.report import Counts, Report, report
from verification.friction_models import FrictionStanding
from verification.models import Event

PLAIN = Friction()

pytestmark = pytest.mark.django_db


def told(challenged: int) -> Report:
    home = {(Dimension.NETWORK, "home"): Counts(allow=9_000, challenge=1_000)}
    return report({**home, (Dimension.LANGUAGE, "is"): Counts(allow=1000 - challenged, challenge=challenged)}, PLAIN)


def events() -> list[tuple[bool, float | None]]:
    return [(event.data["raised"], event.data["share"]) for event in Event.objects.order_by("pk")]


def test_it_is_told_when_it_starts_and_when_it_ends_and_not_in_between() -> None:
    for hour, challenged in enumerate([200, 400, 400, 310, 400, 250, 200]):
        alarms.watch(told(challenged), PLAIN, at=ALICE.at + timedelta(hours=hour))
    assert events() == [(True, 0.4), (False, 0.25)]
    assert not FrictionStanding.objects.exists()


def test_a_group_that_is_gone_ends_its_alarm() -> None:
    alarms.watch(told(400), PLAIN, at=ALICE.at)
    alarms.watch(report({}, PLAIN), PLAIN, at=ALICE.at)
    assert events() == [(True, 0.4), (False, None)]


def test_it_knows_since_when() -> None:
    alarms.watch(told(400), PLAIN, at=ALICE.at)
    alarms.watch(told(500), PLAIN, at=ALICE.at + timedelta(days=1))
    assert FrictionStanding.objects.get().since == ALICE.at
