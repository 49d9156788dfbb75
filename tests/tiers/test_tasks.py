"""What beat calls for: keys rotate by themselves, and changes that nobody can follow any more are deleted."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from tests.tiers.test_changes import account, followed, move
from tiers import tasks
from tiers.models import SigningKey, TierChange

pytestmark = pytest.mark.django_db


def test_keys_rotate_when_their_days_are_over_and_not_before() -> None:
    now = timezone.now()
    assert tasks.keep_keys.apply().get(disable_sync_subtasks=False) == 2
    for days, made in ((settings.TIER_KEY_DAYS - 1, 0), (settings.TIER_KEY_DAYS, 2), (settings.TIER_KEY_DAYS, 0)):
        with time_machine.travel(now + timedelta(days=days, minutes=1), tick=False):
            assert tasks.keep_keys.apply().get(disable_sync_subtasks=False) == made
    assert SigningKey.objects.count() == 4


def test_changes_are_deleted_when_their_hours_are_over_and_not_before() -> None:
    account("a")
    move("a")
    followed()
    for hours, left in ((settings.TIER_CHANGES_HOURS - 1, 1), (settings.TIER_CHANGES_HOURS + 1, 0)):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            tasks.forget_changes.apply().get(disable_sync_subtasks=False)
        assert TierChange.objects.count() == left


@pytest.mark.parametrize("task", ["tiers.keep_keys", "tiers.forget_changes"])
def test_beat_calls_for_it(task: str) -> None:
    assert task in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert task in {tasks.keep_keys.name, tasks.forget_changes.name}
