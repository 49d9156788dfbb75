"""Valkey is filled from PostgreSQL when it is empty and looked after each minute; until then nobody believes it."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django import Settings
from redis import Redis

from risk import counters, recounting
from risk.counters import client_of, mark_key, member_of, tally
from risk.kinds import IdentifierKind
from risk.lookups.velocity import declared
from risk.models import Identifier
from risk.policies import store
from risk.recounting import keep

DEVICE = IdentifierKind.DEVICE
pytestmark = pytest.mark.django_db


def names(subjects: Collection[int]) -> Mapping[int, str]:
    return {subject: f"acct_{subject}" for subject in subjects}


def stored(*subjects: int, at: datetime | None = None) -> None:
    """Accounts that PostgreSQL knows and that nobody told Valkey of."""
    moment = at or timezone.now() - timedelta(hours=1)
    Identifier.objects.bulk_create(Identifier(subject=each, kind=DEVICE, value=7, at=moment) for each in subjects)


def counted() -> tuple[int, bool]:
    """What a newcomer counts, and whether that is known to be all. He leaves again."""
    now = timezone.now()
    told = tally((now, {DEVICE: 7}), member=member_of("acct_new"), velocities=declared(), now=now)
    assert told
    counters.take_back(told.claim)
    return told.counts["device_accounts_30d"], told.complete


@pytest.fixture
def valkey() -> Iterator[Redis]:
    """Valkey, as an operator looks at it."""
    client = client_of(django_settings.REDIS_URL)
    yield client
    client.connection_pool.disconnect()


def empty(valkey: Redis) -> None:
    """As far as this test goes: others count in it at the same time."""
    for key in valkey.scan_iter(match=f"{counters.NAMESPACE}*"):
        valkey.delete(key)


def test_an_empty_valkey_is_filled_and_believed_from_then_on(valkey: Redis) -> None:
    stored(1, 2, 3)
    assert counted() == (0, False)
    assert keep(names) == "rebuilt"
    assert counted() == (3, True)
    empty(valkey)
    assert counted() == (0, False)
    assert keep(names) == "rebuilt"
    assert counted() == (3, True)


def test_what_was_counted_live_is_not_counted_twice() -> None:
    now = timezone.now()
    tally((now, {DEVICE: 7}), member=member_of("acct_1"), velocities=declared(), now=now)
    stored(1, at=now)
    keep(names)
    assert counted() == (1, True)


def test_within_a_minute_there_is_nothing_to_do_and_then_what_came_otherwise_is_put_in() -> None:
    keep(names)
    stored(1, 2)
    assert keep(names) == "fresh"
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert keep(names) == "reconciled"
        assert counted() == (2, True)


def test_a_row_that_became_visible_late_is_found_though_its_number_was_passed() -> None:
    stored(1, 2, 3)
    late = Identifier.objects.get(subject=2)
    Identifier.objects.filter(pk=late.pk).delete()
    keep(names)
    late.save(force_insert=True)
    for minute in range(1, 15):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute), tick=False):
            assert keep(names) == "reconciled"
            assert counted() == (3, True)


def test_the_mark_moves_on_only_after_longer_than_a_transaction_lasts(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "BACK", 1)
    stored(1, 2, 3)
    keep(names)
    begun = int(valkey.hget(mark_key(), "through") or 0)
    stored(4, 5, 6)
    moved = []
    for minute in (1, 5, 11, 22):
        with time_machine.travel(timezone.now() + timedelta(minutes=minute), tick=False):
            keep(names)
        moved.append(int(valkey.hget(mark_key(), "through") or 0) - begun)
    assert moved == [0, 0, 1, 4]


def test_after_an_outage_all_that_came_meanwhile_is_put_in_before_anybody_believes_it(
    settings: Settings, valkey: Redis
) -> None:
    keep(names)
    address, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    now = timezone.now()
    assert tally((now, {DEVICE: 7}), member=member_of("acct_1"), velocities=declared(), now=now) is None
    assert keep(names) == "away"
    stored(1, at=now)
    settings.REDIS_URL = address
    counters._valkey.away_until = 0.0
    assert counted() == (0, False)
    assert keep(names) == "reconciled"
    assert counted() == (1, True)


def test_a_doubt_that_comes_up_while_reading_is_not_forgotten(valkey: Redis) -> None:
    keep(names)
    valkey.hdel(mark_key(), "checked")

    def meanwhile(subjects: Collection[int]) -> Mapping[int, str]:
        valkey.hincrby(mark_key(), "doubts", 1)
        return names(subjects)

    stored(1)
    assert keep(meanwhile) == "reconciled"
    assert counted() == (1, False)
    assert keep(names) == "reconciled"
    assert counted() == (1, True)


def test_a_valkey_emptied_while_it_is_filled_is_not_believed(valkey: Redis) -> None:
    def meanwhile(subjects: Collection[int]) -> Mapping[int, str]:
        empty(valkey)
        return names(subjects)

    stored(1)
    assert keep(meanwhile) == "lost"
    assert not counted()[1]
    assert keep(names) == "rebuilt"
    assert counted() == (1, True)


def test_one_at_a_time(valkey: Redis) -> None:
    valkey.set(recounting._lock_key(), "somebody")
    assert keep(names) == "busy"


def test_a_published_policy_is_counted_once_every_process_follows_it() -> None:
    stored(*range(100))
    keep(names)
    assert counted() == (64, True)
    document = dict(store.active().document)
    document["velocities"] = {**document["velocities"], "device_accounts_30d": _declared(most=90)}
    store.publish(document)
    assert not counted()[1]
    assert keep(names) == "waiting"
    assert keep(names) == "rebuilt"
    assert counted() == (90, True)


def _declared(*, most: int) -> dict[str, object]:
    return {"of": "device", "within": "30d", "most": most}


def test_what_is_older_than_any_window_is_not_put_in(valkey: Redis) -> None:
    stored(1, at=timezone.now() - timedelta(days=500))
    stored(2, at=timezone.now() - timedelta(days=40))
    assert keep(names) == "rebuilt"
    assert [key for key in valkey.scan_iter(match=f"{counters.NAMESPACE}*") if key != mark_key()] == []
