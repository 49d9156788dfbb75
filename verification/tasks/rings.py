"""The accounts of a ring follow what was done to it."""

from celery import shared_task
from django.utils import timezone

from risk.models import Ring
from verification import containment
from verification.tasks.periodic import RINGS_SECONDS


@shared_task(name="verification.apply_ring", time_limit=RINGS_SECONDS)
def apply_ring(ring: str) -> int:
    """Decide the accounts of a ring again, by its public id. What it does not come to, `contain_rings` does."""
    pk = Ring.objects.values_list("pk", flat=True).get(public_id=ring)
    return containment.apply(pk, timezone.now(), seconds=RINGS_SECONDS / 2)
