"""The thresholds that give way now, as signups are judged by: read every few seconds, and only where any can."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError

from risk.facts import Eased, Facts
from risk.friction import Friction, within
from risk.groups import groups_of, is_group
from risk.models import Easing

log = logging.getLogger(__name__)
FRESH_SECONDS = 5.0  # a threshold that moves is followed by every process within this time


@dataclass(frozen=True, slots=True)
class _Reading:
    points: Mapping[tuple[str, str], tuple[float, datetime]]  # (dimension, value) -> points, since when by so many
    read_at: float  # time.monotonic()


class _Held:
    """What this process read last."""

    reading: _Reading | None = None


def eased(facts: Facts, friction: Friction) -> Eased | None:
    """The easing that counts for new facts: of their groups', the one by the most points. None, mostly.

    History is judged by its own time: a threshold counts from the moment on that it stands where it does. A database
    that does not answer eases nothing.
    """
    if not friction.eases:
        return None
    standing = _standing()
    found = [
        Eased(dimension, value, within(points, friction))
        for dimension, value in groups_of(facts).items()
        for points, since in [standing.get((dimension, value), (0.0, facts.at))]
        if points > 0 and since <= facts.at and is_group(value) and dimension in friction.dimensions
    ]
    return max(found, key=lambda each: (each.points, each.dimension), default=None)


def forget() -> None:
    """Read anew next time."""
    _Held.reading = None


def _standing() -> Mapping[tuple[str, str], tuple[float, datetime]]:
    held = _Held.reading
    if held is None or time.monotonic() - held.read_at > FRESH_SECONDS:
        held = _Held.reading = _Reading(_read(), time.monotonic())
    return held.points


def _read() -> dict[tuple[str, str], tuple[float, datetime]]:
    try:
        rows = list(Easing.objects.filter(points__gt=0).values_list("dimension", "value", "points", "moved_at"))
    except DatabaseError:
        log.exception("Eased thresholds could not be read; the policy's own count.")
        return {}
    return {(dimension, value): (points, moved_at) for dimension, value, points, moved_at in rows}
