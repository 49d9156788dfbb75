"""What beat does about friction: count, then look at what was counted."""

from datetime import datetime

from django.db import transaction

from verification.friction import alarms, counting, easing
from verification.friction.reading import read

WEEK = 7  # days that alarms look at: those of work and those of rest are other people's
SECONDS = 40.0  # that one run counts for; the next goes on


def watch(now: datetime) -> int:
    """Count what came, raise and end alarms, and move thresholds; returns how many ids were looked at."""
    counted = counting.count(now, seconds=SECONDS)
    with transaction.atomic():
        progress = counting.locked()
        if progress.counted_to >= progress.settled:  # else it is being counted anew, and half of it alarms nobody
            reading = read(now, days=WEEK)
            alarms.watch(reading.report, reading.friction, at=now)
            easing.watch(reading, at=now)
    return counted
