"""Beat counts, and then looks at what was counted, but never at half of it."""

import pytest

from tests.risk.alice import ALICE
from verification.friction import counting
from verification.friction.watching import watch
from verification.friction_models import FrictionProgress, FrictionTally
from verification.models import Event
from verification.tasks import watch_friction

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alarming() -> None:
    for value, counts in (("home", {"allow": 1000}), ("hosting", {"challenge": 200})):
        FrictionTally.objects.create(day=ALICE.at.date(), dimension="network", value=value, **counts)


def test_what_was_counted_is_looked_at() -> None:
    watch(ALICE.at)
    assert [event.data["group"] for event in Event.objects.all()] == ["hosting"]


def test_while_it_is_being_counted_anew_nobody_is_alarmed(monkeypatch: pytest.MonkeyPatch) -> None:
    FrictionProgress.objects.create(pk=1, counted_to=10, settled=100)
    monkeypatch.setattr(counting, "count", lambda *_, **__: 0)
    watch(ALICE.at)
    assert not Event.objects.exists()


def test_the_task_runs_twice_without_harm() -> None:
    watch_friction.apply()
    watch_friction.apply()
    assert FrictionProgress.objects.count() == 1
