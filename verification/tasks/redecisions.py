"""All accounts are decided again beside the daily work, piece by piece."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from verification import redeciding

log = logging.getLogger(__name__)


def queue_redecision(run_pk: int) -> None:
    """Have a run go on. With the broker away it is swept up later."""
    try:
        run_redecision.apply_async(args=(run_pk,), retry=False)
    except (OperationalError, OSError):
        log.warning("The broker is away; a re-decision waits for the sweep.")


@shared_task(name="verification.run_redecision")
def run_redecision(run_pk: int) -> None:
    """The next piece of a run, and the order for the one after."""
    if redeciding.go_on(run_pk, at=timezone.now()):
        queue_redecision(run_pk)


@shared_task(name="verification.sweep_redecisions")
def sweep_redecisions() -> None:
    """Go on with runs whose next piece was lost."""
    for run_pk in redeciding.lost(at=timezone.now()):
        queue_redecision(run_pk)
