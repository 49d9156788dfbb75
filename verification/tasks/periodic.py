"""What beat calls for."""

from celery import shared_task
from django.utils import timezone

from config.lib.idempotency import forget_expired
from risk import outside
from risk.devices import forget_unused
from verification import callbacks, check_moves, recheck


@shared_task(name="verification.lapse_proofs")
def lapse_proofs() -> int:
    """Proofs past their half-life lapse, and tiers follow."""
    return len(recheck.lapse_due(timezone.now()))


@shared_task(name="verification.expire_checks")
def expire_checks() -> int:
    """Checks that nobody answered in time expire."""
    return check_moves.expire_due(timezone.now())


@shared_task(name="verification.forget")
def forget() -> None:
    """Delete what has served its time: unused sightings, answers for repeated calls, old answers and callbacks."""
    now = timezone.now()
    forget_unused(now)
    forget_expired(now)
    outside.forget_stale(now)
    callbacks.forget_old(now)
