"""Bulk work that is under way, and how much of each is left: by the checkpoints that it goes on from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse

from risk.lookups.rings import waiting
from risk.models import Ring
from tiers.models import Account
from verification import containment, relisting
from verification.models import BacktestRun, Report
from verification.recheck_models import PolicyRun
from verification.sharing import partners

COUNTED = 1_000  # what is left is counted no further


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of bulk work: what it is, what is left of it, and where there is more of it; "" where nowhere."""

    name: str
    left: str
    link: str = ""


def under_way(at: datetime) -> list[Work]:
    """All that goes on. A query each, on the index by which beat finds what to go on with."""
    return [*_policies(), *_backtests(), *_lists(at), *_rings(), *_reports(), *_partners()]


def _policies() -> Iterator[Work]:
    for run in PolicyRun.objects.filter(finished_at=None, cancelled_at=None).select_related("policy"):
        link = reverse("admin:verification_policyrun_change", args=[run.pk])
        yield Work(f"Policy {run.policy.name} for accounts of before", f"{run.percent} % done", link)


def _backtests() -> Iterator[Work]:
    for run in BacktestRun.objects.filter(finished_at=None).select_related("draft"):
        link = reverse("admin:verification_backtestrun_change", args=[run.pk])
        yield Work(f"Backtest of {run.draft.name}", f"{run.percent} % done", link)


def _lists(at: datetime) -> Iterator[Work]:
    if entries := _bounded(relisting.due(at)):
        yield Work("Accounts follow lists", f"{entries} to go, of entries", reverse("admin:risk_listentry_changelist"))


def _rings() -> Iterator[Work]:
    for ring in Ring.objects.filter(pk__in=containment.due()[:10]):
        left = len(waiting(ring.pk))
        yield Work(
            f"Accounts follow ring {ring.public_id}",
            f"{left:,} to go, of accounts",
            reverse("admin:risk_ring_change", args=[ring.pk]),
        )


def _reports() -> Iterator[Work]:
    if reports := _bounded(Report.objects.filter(applied_at=None)):
        yield Work("Accounts follow reports", f"{reports} to go, of reports")


def _partners() -> Iterator[Work]:
    last = Account.objects.aggregate(last=Max("pk"))["last"] or 0
    for partner in partners.standing().order_by("pk"):
        again = 0 if partner.again_from is None else max(0, partner.walked_to - partner.again_from)
        if left := max(0, last - partner.walked_to) + again:
            yield Work(f"Accounts are held against what {partner.name} told", f"{left:,} to go, of accounts")


def _bounded(rows: QuerySet[Any]) -> str:
    count = rows[: COUNTED + 1].count()
    return "" if not count else f"{count:,}" if count <= COUNTED else f"{COUNTED:,}+"
