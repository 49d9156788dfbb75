"""The friction report as it can be read now: what was counted, under the policy in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from risk.friction import Friction
from risk.models import Easing
from risk.policies.store import active
from verification.friction import report as reporting
from verification.friction.overturning import Overturned, overturned
from verification.friction.report import Report
from verification.friction.tallies import totals
from verification.friction_models import FrictionProgress, FrictionStanding

DAYS: Sequence[int] = (7, 30)


@dataclass(frozen=True, slots=True)
class Reading:
    """A report with what it was made of."""

    report: Report
    days: int
    since: date
    until: date
    counted_at: datetime | None
    policy: str
    friction: Friction
    eased: Sequence[Easing]
    appeals: Sequence[Overturned]  # answered in these days
    standing: Mapping[tuple[str, str, str, str], datetime]  # key of an alarm that stands -> since when

    def as_json(self) -> dict[str, Any]:
        """The whole as plain JSON types, but for times, which are datetime."""
        told = reporting.as_json(self.report)
        return {
            "days": self.days,
            "since": self.since,
            "until": self.until,
            "counted_at": self.counted_at,
            "policy": self.policy,
            "budget": self.friction.budget,
            "fewest": self.friction.fewest,
            "eased": [
                {"dimension": each.dimension, "group": each.value, "points": each.points, "since": each.moved_at}
                for each in self.eased
            ],
            "appeals": [each.as_json() for each in self.appeals],
            **told,
            "alarms": [
                {**plain, "since": self.standing.get(alarm.key)}
                for plain, alarm in zip(told["alarms"], self.report.alarms, strict=True)
            ],
        }


def read(now: datetime, *, days: int, empty: bool = False) -> Reading:
    """The report of the last days, today (UTC) with them; `empty`: of nobody."""
    version, today = active(), now.astimezone(UTC).date()
    since = today - timedelta(days=days - 1)
    counted = {} if empty else totals(since, today)
    return Reading(
        report=reporting.report(counted, version.policy.friction),
        days=days,
        since=since,
        until=today,
        counted_at=FrictionProgress.objects.values_list("counted_at", flat=True).first(),
        policy=version.policy.digest,
        friction=version.policy.friction,
        eased=[] if empty else list(Easing.objects.filter(points__gt=0).order_by("dimension", "value")),
        appeals=[] if empty else overturned(datetime.combine(since, time.min, tzinfo=UTC), now),
        standing={(each.dimension, each.value, each.rate, each.over): each.since for each in _standing(empty=empty)},
    )


def _standing(*, empty: bool) -> Iterable[FrictionStanding]:
    return () if empty else FrictionStanding.objects.all()
