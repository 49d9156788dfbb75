"""What Celery runs for risk."""

import logging

from celery import shared_task
from django.conf import settings

from risk.intel.refresh import RefreshRunning, Wish, refresh

log = logging.getLogger(__name__)
LONGEST_SECONDS = 3600  # eight sources, three minutes each to fetch at most, and a minute to compile


@shared_task(name="risk.refresh_intel", time_limit=LONGEST_SECONDS)
def refresh_intel() -> None:
    """Refresh the sources of network data that are due. What goes wrong is logged, and tried again at the next beat."""
    try:
        refresh(settings.GATEHOUSE_HOME, settings.NETWORK_DATA, Wish(only_due=True), lambda _: None)
    except RefreshRunning:
        log.info("Network data is being refreshed already.")
