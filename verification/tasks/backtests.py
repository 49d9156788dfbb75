"""Backtests run beside the daily work, piece by piece."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from verification import backtest_runs

log = logging.getLogger(__name__)


def queue_backtest(run_pk: int) -> None:
    """Have a run go on. With the broker away it is swept up later."""
    try:
        run_backtest.apply_async(args=(run_pk,), retry=False)
    except (OperationalError, OSError):
        log.warning("The broker is away; a backtest waits for the sweep.")


@shared_task(name="verification.run_backtest")
def run_backtest(run_pk: int) -> None:
    """The next piece of a run, and the order for the one after."""
    if backtest_runs.go_on(run_pk, at=timezone.now()):
        queue_backtest(run_pk)


@shared_task(name="verification.sweep_backtests")
def sweep_backtests() -> None:
    """Go on with runs whose next piece was lost."""
    for run_pk in backtest_runs.lost(at=timezone.now()):
        queue_backtest(run_pk)
