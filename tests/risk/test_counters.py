"""Valkey counts as PostgreSQL does, puts in and counts in one go, and is not believed where it may lack something."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings
from redis import Redis

from risk import counters
from risk.counters import Entry, Tally, client_of, fill, key_of, mark_key, plan_of, take_back, tally
from risk.kinds import IdentifierKind
from risk.lookups.velocity import count
from risk.models import Identifier
from risk.velocities import DEFAULT, Velocity

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)
DEVICE, PHONE, SHAPE = IdentifierKind.DEVICE, IdentifierKind.PHONE_PLACE, IdentifierKind.MAILBOX_SHAPE
DAY = timedelta(days=1)
ONE = (Velocity("devices", DEVICE, DAY),)


def member(number: int) -> bytes:
    return f"{number:08}".encode()


def came(number: int, value: int = 7, *, at: datetime = NOW, velocities: tuple[Velocity, ...] = ONE) -> Tally:
    """Somebody comes; what was counted."""
    told = tally((at, {velocities[0].kind: value}), member=member(number), velocities=velocities, now=at)
    assert told
    return told


@pytest.fixture
def valkey() -> Iterator[Redis]:
    """Valkey, as an operator looks at it."""
    client = client_of(django_settings.REDIS_URL)
    yield client
    client.connection_pool.disconnect()


def mark(valkey: Redis, at: datetime, velocities: tuple[Velocity, ...] = ONE) -> None:
    """Say that all is there."""
    valkey.hset(mark_key(), "plan", plan_of(velocities).digest)
    valkey.hset(mark_key(), "checked", round(at.timestamp() * 1000))


def test_each_counts_those_before_it_and_not_itself() -> None:
    assert [came(number).counts["devices"] for number in (1, 2, 3, 2)] == [0, 1, 2, 2]
    assert came(4, value=8).counts["devices"] == 0


def test_sixty_four_at_once_are_counted_from_none_to_sixty_three(monkeypatch: pytest.MonkeyPatch) -> None:
    patient = {django_settings.REDIS_URL: client_of(django_settings.REDIS_URL, timeout=30.0)}
    monkeypatch.setattr(counters._valkey, "clients", patient)
    with ThreadPoolExecutor(64) as pool:
        counted = list(pool.map(lambda number: came(number).counts["devices"], range(64)))
    assert sorted(counted) == list(range(64))


def test_what_is_taken_back_counts_no_more_and_what_was_there_before_stays() -> None:
    came(1)
    again, new = came(1), came(2)
    take_back(again.claim)
    assert came(3).counts["devices"] == 2
    take_back(new.claim)
    assert came(4).counts["devices"] == 2  # the first and the third


def test_asking_again_does_not_make_a_count_last_longer() -> None:
    came(1)
    came(1, at=NOW + timedelta(hours=23))
    assert came(2, at=NOW + timedelta(hours=25)).counts["devices"] == 0


def test_history_is_not_counted_here() -> None:
    at = NOW - timedelta(minutes=2)
    assert tally((at, {DEVICE: 7}), member=member(1), velocities=ONE, now=NOW) is None


def test_without_a_mark_under_another_plan_or_past_its_lease_counts_may_lack_some(valkey: Redis) -> None:
    assert not came(1).complete
    mark(valkey, NOW, velocities=(Velocity("devices", DEVICE, 2 * DAY),))
    assert not came(2).complete
    mark(valkey, NOW)
    assert came(3).complete
    assert not came(4, at=NOW + counters.LEASE + timedelta(seconds=1)).complete


def test_who_could_not_put_a_newcomer_in_says_so_when_valkey_answers_again(valkey: Redis, settings: Settings) -> None:
    mark(valkey, NOW)
    address, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    assert tally((NOW, {DEVICE: 7}), member=member(1), velocities=ONE, now=NOW) is None
    settings.REDIS_URL = address
    counters._valkey.away_until = 0.0
    assert not came(2).complete
    assert valkey.hget(mark_key(), "doubts") == b"1"
    mark(valkey, NOW)
    assert came(3).complete


def test_while_valkey_is_away_it_is_left_alone(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert tally((NOW, {DEVICE: 7}), member=member(1), velocities=ONE, now=NOW) is None
    settings.REDIS_URL = django_settings.REDIS_URL
    assert counters._valkey.away_until > 0
    take_back(counters.Claim(member(1), (b"nothing",)))


def test_a_set_goes_when_its_window_has_passed(valkey: Redis) -> None:
    now = datetime.now(UTC)
    came(1, at=now)
    left = valkey.pttl(key_of(DEVICE, 0, 7))
    assert isinstance(left, int)
    assert timedelta(hours=23) < timedelta(milliseconds=left) <= DAY


def test_no_more_is_kept_of_a_value_than_can_count(valkey: Redis) -> None:
    velocities = (Velocity("lately", DEVICE, DAY, most=5), Velocity("before", DEVICE, 30 * DAY, gap=DAY, most=9))
    entries = [Entry(member(n), DEVICE, 7, NOW - timedelta(hours=n)) for n in range(200)]
    fill(valkey, entries, plan=plan_of(velocities), now=NOW)
    assert valkey.zcard(key_of(DEVICE, 0, 7)) == 24 + 10  # of the last day, and the newest of before
    assert came(999, velocities=velocities).counts == {"before": 9, "lately": 5}


def test_a_plan_is_the_same_in_any_order_and_another_for_another_window() -> None:
    assert plan_of(DEFAULT).digest == plan_of(DEFAULT[::-1]).digest
    assert plan_of(DEFAULT).digest != plan_of((*DEFAULT, Velocity("more", DEVICE, 31 * DAY))).digest


# Dense: few values, many accounts, so that caps are met and blocks overlap. Blocks stay below what PostgreSQL reads of
# them; past that it calls a block full whenever its accounts came.
_MORE = (
    *DEFAULT,
    Velocity("few", DEVICE, timedelta(hours=5), most=3),
    Velocity("shapes_before", SHAPE, 3 * DAY, gap=2 * DAY, size=10_000, most=500),
    Velocity("hundred", PHONE, 4 * DAY, gap=timedelta(hours=7), size=100, most=500),
)
DENSE = tuple(v if v.size == 1 else Velocity(v.name, v.kind, v.window, v.gap, v.size, 512) for v in _MORE)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_valkey_and_postgresql_count_the_same_on_any_history(seed: int, valkey: Redis) -> None:
    dice = random.Random(seed)
    plan = plan_of(DENSE)
    moment = NOW - 60 * DAY
    for number in range(150):
        moment += timedelta(seconds=dice.choice((1, 40, 3_000, 80_000)))
        shown = {kind: _value(kind, dice) for kind in dice.sample(list(IdentifierKind), 5)}
        told = tally((moment, shown), member=member(number), velocities=DENSE, now=moment)
        assert told
        assert told.counts == count([(moment, shown)], velocities=DENSE)[0]
        Identifier.objects.bulk_create(
            Identifier(subject=number, kind=kind, value=value, at=moment) for kind, value in shown.items()
        )
    entries = [
        Entry(member(row.subject), IdentifierKind(row.kind), row.value, row.at) for row in Identifier.objects.all()
    ]
    fill(valkey, entries, plan=plan, now=moment)
    _compare(dice, moment)
    for key in valkey.scan_iter(match=f"{counters.NAMESPACE}*"):
        valkey.delete(key)
    dice.shuffle(entries)
    fill(valkey, entries, plan=plan, now=moment)
    _compare(dice, moment)


def _compare(dice: random.Random, moment: datetime) -> None:
    for number in range(30):
        shown = {kind: _value(kind, dice) for kind in IdentifierKind}
        told = tally((moment, shown), member=member(1_000 + number), velocities=DENSE, now=moment)
        assert told
        assert told.counts == count([(moment, shown)], velocities=DENSE)[0]
        take_back(told.claim)


def _value(kind: IdentifierKind, dice: random.Random) -> int:
    return dice.choice((-5_000_000_001, 77_000_000_000)) + (dice.randrange(3_000) if kind in (PHONE, SHAPE) else 0)
