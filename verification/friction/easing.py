"""Thresholds that give way by the policy's budget, and come back: a step a day, and each told by an event."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from risk import easings
from risk.friction import EARLIER_WEEKS, STEP_EVERY, Evidence, Friction, Why, step, within
from risk.groups import Dimension, is_group
from risk.models import Easing
from verification import outbox
from verification.events import FrictionEased
from verification.friction.reading import Reading
from verification.friction.report import Counts
from verification.friction.tallies import totals

Key = tuple[str, str]


def watch(reading: Reading, *, at: datetime) -> None:
    """Move the thresholds of groups by a week's report, in the transaction of the caller, who alone does so."""
    standing = {(each.dimension, each.value): each for each in Easing.objects.all()}
    evidence = dict(_evidence(reading)) if reading.friction.eases else {}
    for key in sorted(standing.keys() | evidence.keys()):
        _move(standing.get(key), key, evidence.get(key, Evidence()), friction=_of(key, reading.friction), at=at)
    Easing.objects.filter(points=0, moved_at__lt=at - STEP_EVERY).delete()


def _of(key: Key, friction: Friction) -> Friction:
    """The policy's word on the group's dimension: a policy without friction where that does not ease."""
    return friction if key[0] in friction.dimensions else Friction()


def _move(easing: Easing | None, key: Key, evidence: Evidence, *, friction: Friction, at: datetime) -> None:
    before = easing.points if easing else 0.0
    after, why = _next(before, evidence, friction)
    soon = easing is not None and at - easing.moved_at < STEP_EVERY
    if why is None or (soon and why not in {Why.FLOOD, Why.POLICY}):
        return
    dimension, value = key
    Easing.objects.update_or_create(dimension=dimension, value=value, defaults={"points": after, "moved_at": at})
    told = FrictionEased(dimension=dimension, group=value, before=before, after=after, why=why.value)
    outbox.write([(None, told)], at=at)
    easings.forget()


def _next(before: float, evidence: Evidence, friction: Friction) -> tuple[float, Why | None]:
    allowed = within(before, friction)
    return (allowed, Why.POLICY) if allowed < before else step(before, evidence, friction)


def _evidence(reading: Reading) -> Iterator[tuple[Key, Evidence]]:
    """Of each group that signed up within the week."""
    first = reading.since - timedelta(weeks=EARLIER_WEEKS)
    earlier: Mapping[tuple[Dimension, str], Counts] = totals(first, reading.since - timedelta(days=1))
    for dimension, groups in reading.report.groups.items():
        for group in groups:
            before = earlier.get((dimension, group.value), Counts())
            if is_group(group.value) and dimension in reading.friction.dimensions:
                yield (
                    (dimension, group.value),
                    Evidence(
                        accounts=group.counts.accounts,
                        cleared=group.counts.cleared,
                        proven=group.counts.proven,
                        abusive=group.counts.abusive + before.abusive,
                        earlier_accounts=before.accounts,
                        earlier_cleared=before.cleared,
                    ),
                )
