"""The accounts of a ring follow what was done to it."""

from celery import shared_task
from django.utils import timezone

from config.lib.database import unhurried
from config.lib.peppers import is_turning
from risk.models import Ring
from risk.rings.rounds import RoundAtWork, run
from verification import containment, exposure_totals, tracing
from verification.tasks.periodic import RINGS_SECONDS

ROUND_SECONDS = 1800


@shared_task(name="verification.apply_ring", time_limit=RINGS_SECONDS)
def apply_ring(ring: str) -> int:
    """Decide the accounts of a ring again, by its public id. What it does not come to, `contain_rings` does."""
    pk = Ring.objects.values_list("pk", flat=True).get(public_id=ring)
    return containment.apply(pk, timezone.now(), seconds=RINGS_SECONDS / 2)


@shared_task(name="verification.detect_rings", time_limit=ROUND_SECONDS)
def detect_rings(*, full: bool) -> int:
    """One round of detection, and how many rings it found; 0 where another is at work, or keys are being rotated."""
    if is_turning():
        return 0
    try:
        with unhurried():  # a million traces are read in one query
            found = run(at=timezone.now(), full=full).rings
            exposure_totals.keep_new(timezone.now())
    except RoundAtWork:
        return 0
    return found


@shared_task(name="verification.make_traces", time_limit=RINGS_SECONDS)
def make_traces() -> int:
    """Make traces for accounts from before an upgrade, so many as there is time for; the next run goes on."""
    return 0 if is_turning() else tracing.make_traces(seconds=RINGS_SECONDS / 2)


@shared_task(name="verification.add_up_exposure", time_limit=RINGS_SECONDS)
def add_up_exposure() -> int:
    """Add up what rings could have taken and still can, for /metrics; how many rings there are."""
    with unhurried():
        return exposure_totals.add_up(timezone.now())
