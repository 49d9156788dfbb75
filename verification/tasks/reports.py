"""Reports are fetched from the party that called back, and applied to whom they concern."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from risk.facts import ReportKind
from tiers.models import Account
from verification import reports
from verification.models import Callback, Report
from verification.providers import report_source
from verification.providers.guard import guarded

log = logging.getLogger(__name__)


def take_report(callback: Callback) -> None:
    """Ask the party what a callback tells of, keep it, and have it applied.

    Raises:
        ProviderUnavailable: ask again later.
        ProviderRefused: the party does not know it.

    """
    provider, reference = callback.provider, callback.body["reference"]
    trouble = guarded(f"{provider}:reports", lambda: report_source(provider).look(reference))
    telling = reports.Telling(
        source=provider,
        reference=reference,
        kind=ReportKind(trouble.kind),
        at=trouble.at,
        card=trouble.card,
        detail=trouble.detail,
        stands=trouble.stands,
    )
    account = Account.objects.filter(account_id=trouble.account_id, test=False).first() if trouble.account_id else None
    queue_report(reports.take(telling, account=account, at=timezone.now()))


def queue_report(report: Report) -> None:
    """Have a report applied now. With the broker away it is swept up later."""
    try:
        apply_report.apply_async(args=(report.pk,), retry=False)
    except (OperationalError, OSError):
        log.warning("The broker is away; a report waits for the sweep.")


@shared_task(name="verification.apply_report")
def apply_report(report_pk: int) -> None:
    """Decide the next accounts that a report concerns. Run twice, the second finds them decided."""
    if reports.apply_chunk(report_pk, at=timezone.now()):
        apply_report.delay(report_pk)
