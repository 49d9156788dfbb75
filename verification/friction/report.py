"""The friction report: rates of groups with their intervals, and which of them are too far from everybody's. Pure.

An interval is Wilson's, 95 %. An alarm is raised when even its lower end is past the limit: three times everybody's
rate, or the policy's budget. Among a thousand groups that are no worse than the budget, about 25 will still be named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from risk.friction import Friction
from risk.groups import OTHER, Dimension, is_group
from risk.intervals import wilson

TIMES = 3.0  # everybody's rate, past which a group's is alarming
GROUPS_MOST = 100  # of a dimension in a report; the smallest are added up


@dataclass(frozen=True, slots=True)
class Counts:
    """How many accounts met with what (verification.models.FrictionTally says which is which)."""

    allow: int = 0
    challenge: int = 0
    review: int = 0
    deny: int = 0
    followed: int = 0
    asked: int = 0
    passed: int = 0
    held: int = 0
    proven: int = 0
    cleared: int = 0
    abusive: int = 0

    @property
    def accounts(self) -> int:
        """All that signed up."""
        return self.allow + self.challenge + self.review + self.deny

    def __add__(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in COUNTED))


COUNTED = tuple(each.name for each in fields(Counts))


class RateName(StrEnum):
    """What is measured of a group."""

    ALLOW = "allow"
    CHALLENGE = "challenge"
    REVIEW = "review"
    DENY = "deny"
    STOPPED = "stopped"  # challenged or worse
    STEP_UP = "step_up"  # judged worse than allow, and asked for a check within a day
    PASSED = "passed"  # of those, passed one
    HELD = "held"  # a day after the signup


ALARMING = (RateName.STOPPED, RateName.STEP_UP, RateName.HELD)  # more of them is worse for the person


class Over(StrEnum):
    """Which limit a rate is over."""

    OVERALL = "overall"  # TIMES everybody's
    BUDGET = "budget"  # the policy's, for challenges


@dataclass(frozen=True, slots=True)
class Rate:
    """A number of so many, as a share with its 95 % interval; None where there are none to take it of."""

    number: int
    of: int

    @property
    def share(self) -> float | None:
        """The share."""
        return self.number / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share that is behind it lies."""
        return wilson(self.share or 0.0, n=self.of)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people, or everybody, with its rates."""

    dimension: str
    value: str
    counts: Counts
    rates: Mapping[RateName, Rate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alarm:
    """A rate of a group that is over a limit."""

    dimension: str
    value: str
    rate: RateName
    over: Over
    share: float
    low: float
    limit: float
    accounts: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same alarm later."""
        return self.dimension, self.value, self.rate, self.over


@dataclass(frozen=True, slots=True)
class Report:
    """Everybody, the groups of each dimension with the largest first, and the alarms with the worst first."""

    overall: Group
    groups: Mapping[Dimension, tuple[Group, ...]]
    alarms: tuple[Alarm, ...]


Totals = Mapping[tuple[Dimension, str], Counts]


def report(totals: Totals, friction: Friction) -> Report:
    """The report of what was counted, under the policy's budget."""
    overall = group_of("", "", _everybody(totals))
    groups = [group_of(dimension, value, counts) for (dimension, value), counts in totals.items()]
    alarms = [alarm for group in groups for alarm in alarms_of(group, overall, friction)]
    return Report(
        overall, _sorted(groups), tuple(sorted(alarms, key=lambda alarm: (-alarm.low / alarm.limit, alarm.key)))
    )


def group_of(dimension: str, value: str, counts: Counts) -> Group:
    """The rates of a group."""
    return Group(dimension, value, counts, rates_of(counts))


def rates_of(counts: Counts) -> dict[RateName, Rate]:
    """All that is measured of counts."""
    everybody, followed = counts.accounts, counts.followed
    return {
        RateName.ALLOW: Rate(counts.allow, everybody),
        RateName.CHALLENGE: Rate(counts.challenge, everybody),
        RateName.REVIEW: Rate(counts.review, everybody),
        RateName.DENY: Rate(counts.deny, everybody),
        RateName.STOPPED: Rate(everybody - counts.allow, everybody),
        RateName.STEP_UP: Rate(counts.asked, followed),
        RateName.PASSED: Rate(counts.passed, counts.asked),
        RateName.HELD: Rate(counts.held, followed),
    }


def alarms_of(group: Group, overall: Group, friction: Friction) -> Iterable[Alarm]:
    """The rates of a group that are over a limit beyond doubt."""
    for rate, over, limit in limits(overall, friction):
        found = group.rates[rate]
        if is_group(group.value) and found.of >= friction.fewest and found.interval[0] > limit:
            share = found.share or 0.0
            yield Alarm(group.dimension, group.value, rate, over, share, found.interval[0], limit, found.of)


def limits(overall: Group, friction: Friction) -> Iterable[tuple[RateName, Over, float]]:
    """What is alarming now. Where nobody at all meets with a thing, there is nothing to compare with."""
    for rate in ALARMING:
        if share := overall.rates[rate].share:
            yield rate, Over.OVERALL, TIMES * share
    if friction.budget is not None:
        yield RateName.CHALLENGE, Over.BUDGET, friction.budget


def over_still(key: tuple[str, str], group: Group | None, overall: Group, friction: Friction) -> bool:
    """Whether an alarm of a (rate, over) goes on: until the share itself is within the limit, so that none flickers."""
    rate, over = RateName(key[0]), Over(key[1])
    limit = next((found for *named, found in limits(overall, friction) if named == [rate, over]), None)
    share = group.rates[rate].share if group else None
    return limit is not None and share is not None and share > limit


def _everybody(totals: Totals) -> Counts:
    """Each account is in one group of every dimension: any one of them has them all."""
    counted = (counts for (dimension, _), counts in totals.items() if dimension is Dimension.NETWORK)
    return sum(counted, start=Counts())


def _sorted(groups: Iterable[Group]) -> dict[Dimension, tuple[Group, ...]]:
    found: dict[Dimension, list[Group]] = defaultdict(list)
    for group in groups:
        found[Dimension(group.dimension)].append(group)
    return {dimension: tuple(sorted(found[dimension], key=_largest_first)) for dimension in Dimension}


def _largest_first(group: Group) -> tuple[bool, int, str]:
    return group.value == OTHER, -group.counts.accounts, group.value


def shown(groups: Sequence[Group]) -> Sequence[Group]:
    """The largest groups of a dimension, and the rest added up."""
    if len(groups) <= GROUPS_MOST:
        return groups
    rest = sum((group.counts for group in groups[GROUPS_MOST - 1 :]), start=Counts())
    return (*groups[: GROUPS_MOST - 1], group_of(groups[0].dimension, OTHER, rest))


def as_json(told: Report) -> dict[str, Any]:
    """The report as plain JSON types."""
    return {
        "overall": _group(told.overall),
        "groups": [_group(group) for groups in told.groups.values() for group in shown(groups)],
        "alarms": [_alarm(alarm) for alarm in told.alarms],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "dimension": group.dimension or None,
        "group": group.value or None,
        "accounts": group.counts.accounts,
        "followed": group.counts.followed,
        "abusive": group.counts.abusive,
        "rates": {
            name.value: {"number": rate.number, "of": rate.of, "share": rate.share, "interval": list(rate.interval)}
            for name, rate in group.rates.items()
        },
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "dimension": alarm.dimension,
        "group": alarm.value,
        "rate": alarm.rate.value,
        "over": alarm.over.value,
        "share": alarm.share,
        "low": alarm.low,
        "limit": alarm.limit,
        "of": alarm.accounts,
    }
