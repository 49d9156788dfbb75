"""A published policy reaches accounts of before beside the daily work, piece by piece."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from verification import policy_runs

log = logging.getLogger(__name__)


def queue_policy_run(run_pk: int, *, expires: float | None = None) -> None:
    """Have a run go on, within so many seconds or not at all. With the broker away it is swept up later."""
    options = {} if expires is None else {"expires": expires}
    try:
        run_policy.apply_async(args=(run_pk,), retry=False, **options)  # type: ignore[arg-type] # what it takes by name
    except (OperationalError, OSError):
        log.warning("The broker is away; a policy's run waits for the sweep.")


@shared_task(name="verification.run_policy")
def run_policy(run_pk: int) -> None:
    """The next piece of a run, and the order for the one after."""
    if policy_runs.go_on(run_pk, at=timezone.now()):
        queue_policy_run(run_pk)


@shared_task(name="verification.sweep_policy_runs")
def sweep_policy_runs() -> None:
    """Go on with runs whose next piece was lost. One that only waited its turn is not to be heaped up behind."""
    for run_pk in policy_runs.lost(at=timezone.now()):
        queue_policy_run(run_pk, expires=policy_runs.LOST.total_seconds())
