"""Alarms that stand: raised once, ended once, each told by an event in the transaction that writes it down."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from risk.friction import Friction
from verification import outbox
from verification.events import FrictionAlarm, Occurrence
from verification.friction import report as reporting
from verification.friction.report import Alarm, Group, Report
from verification.friction_models import FrictionStanding

Key = tuple[str, str, str, str]


def watch(told: Report, friction: Friction, *, at: datetime) -> None:
    """Raise and end alarms by the report of a week, in the transaction of the caller, who alone does so."""
    standing = {(each.dimension, each.value, each.rate, each.over): each for each in FrictionStanding.objects.all()}
    found = {alarm.key: alarm for alarm in told.alarms}
    new = [alarm for key, alarm in found.items() if key not in standing]
    groups = {(each.dimension, each.value): each for of in told.groups.values() for each in of}
    over = {key for key in standing.keys() - found.keys() if not _goes_on(key, groups, told.overall, friction)}
    FrictionStanding.objects.bulk_create(_standing(alarm, at) for alarm in new)
    FrictionStanding.objects.filter(pk__in=[standing[key].pk for key in over]).delete()
    ended = _ended(sorted(over), groups)
    outbox.write(((None, event) for event in (*map(_raised, new), *ended)), at=at)


def _goes_on(key: Key, groups: Mapping[tuple[str, str], Group], overall: Group, friction: Friction) -> bool:
    dimension, value, rate, over = key
    return reporting.over_still((rate, over), groups.get((dimension, value)), overall, friction)


def _standing(alarm: Alarm, at: datetime) -> FrictionStanding:
    return FrictionStanding(dimension=alarm.dimension, value=alarm.value, rate=alarm.rate, over=alarm.over, since=at)


def _raised(alarm: Alarm) -> Occurrence:
    return FrictionAlarm(
        dimension=alarm.dimension,
        group=alarm.value,
        rate=alarm.rate.value,
        over=alarm.over.value,
        share=alarm.share,
        limit=alarm.limit,
        raised=True,
    )


def _ended(keys: list[Key], groups: Mapping[tuple[str, str], Group]) -> Iterator[Occurrence]:
    for dimension, value, rate, over in keys:
        group = groups.get((dimension, value))
        share = group.rates[reporting.RateName(rate)].share if group else None
        yield FrictionAlarm(
            dimension=dimension, group=value, rate=rate, over=over, share=share, limit=None, raised=False
        )
