"""Something turns out after the fact: it is kept, and every account that it concerns is decided anew.

A report concerns the account that it names and all that showed its card, however many: they are decided in chunks, in
the order of their keys, and a run that was stopped goes on where it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from config.lib.errors import declare
from config.lib.models import ApiKey
from config.lib.peppers import every, steady
from config.lib.ratelimit import Quota
from risk.facts import ReportKind
from risk.identifiers import IdentifierKind, hashed
from risk.models import Identifier
from tiers.models import Account
from verification import labelling
from verification.events import AccountReported, Happening
from verification.known import known
from verification.models import Report
from verification.recheck import redecide
from verification.states import Cause

CHUNK = 100
REFERENCE = r"\A[\x21-\x7e]{1,255}\Z"  # a source's own name for a report: printable ASCII without blanks

REFERENCE_TAKEN = declare(
    code="report_reference_taken",
    status=409,
    title="This reference was used for another report",
    fix="Give each report a reference of its own; the same one again only repeats the same report.",
)


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told: by whom, under which name of theirs, and of which card, as risk.identifiers has it."""

    source: str
    reference: str
    kind: ReportKind
    at: datetime
    card: str | None = None
    detail: str = ""
    stands: bool = True


@steady()
def take(telling: Telling, *, account: Account | None, at: datetime) -> Report:
    """Keep what is told of an account, of a card, or of both.

    Told again it is the same report; changed, as when a dispute is won, it is applied anew.
    """
    card = hashed(IdentifierKind.CARD, telling.card) if telling.card else None
    with transaction.atomic():
        report, _ = Report.objects.select_for_update().get_or_create(
            source=telling.source,
            reference=telling.reference,
            defaults={"kind": telling.kind, "account": account, "card": card, "told_at": at, **_as_told(telling, at)},
        )
        if (report.kind, report.withdrawn_at is None) != (telling.kind, telling.stands):
            changes = {"kind": telling.kind, "applied_to": 0, "applied_at": None, **_as_told(telling, at)}
            Report.objects.filter(pk=report.pk).update(**changes)
        else:
            Report.objects.filter(pk=report.pk).update(detail=telling.detail)
        report.refresh_from_db()
        if account is not None:
            labelling.of_report(report, account, at=at)
    return report


def _as_told(telling: Telling, at: datetime) -> dict[str, Any]:
    """Nothing happens later than it is told."""
    withdrawn_at = None if telling.stands else at
    return {"at": min(telling.at, at), "detail": telling.detail, "withdrawn_at": withdrawn_at}


def quota_of(key: ApiKey) -> Quota:
    """What reports by a key draw on: who stole one accuses so many in a day, and no more."""
    return Quota("reports", key.public_id)


def take_own(telling: Telling, *, account: Account, at: datetime) -> Report:
    """Keep what a product tells of an account of its own, and decide that account at once.

    Raises:
        Problem: report_reference_taken, for one reference told of two accounts or as two kinds.

    """
    known = Report.objects.filter(source=telling.source, reference=telling.reference).first()
    if known is not None and (known.account_id, known.kind) != (account.pk, telling.kind):
        raise REFERENCE_TAKEN.problem(field="reference")
    report = take(telling, account=account, at=at)
    apply(report, account.pk, at=at)
    return report


def apply_chunk(report_pk: int, *, at: datetime) -> bool:
    """Decide the next accounts that a report concerns; whether there are more."""
    report = Report.objects.get(pk=report_pk)
    if report.applied_at is not None:
        return False
    chunk = concerned(report)
    for account_pk in chunk:
        apply(report, account_pk, at=at)
    progress = {"applied_to": chunk[-1]} if len(chunk) == CHUNK else {"applied_at": at}
    # A report that has changed meanwhile begins anew, whatever was done here.
    same = Report.objects.filter(pk=report.pk, kind=report.kind, withdrawn_at=report.withdrawn_at)
    return bool(same.filter(applied_at=None).update(**progress)) and "applied_to" in progress


def concerned(report: Report) -> list[int]:
    """The next accounts that a report concerns, at most CHUNK, in the order of their keys."""
    whose = Q(pk=report.account_id)
    if report.card is not None:
        shown = Identifier.objects.filter(kind=IdentifierKind.CARD, value__in=every(report.card, of=report.spelling))
        whose |= Q(pk__in=shown.values("subject"))
    accounts = Account.objects.filter(whose, pk__gt=report.applied_to).order_by("pk")
    return list(accounts.values_list("pk", flat=True)[:CHUNK])


def apply(report: Report, account_pk: int, *, at: datetime) -> None:
    """Decide one account on what is reported of it now. Where that is what it was decided on, nothing is done.

    What is told of the past decides no earlier than what was decided last.
    """

    def change(account: Account) -> Sequence[Happening]:
        return [AccountReported(account.account_id, report.kind, report.source, report.withdrawn_at is None)]

    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_pk)
        labelling.of_report(report, account, at=at)
        found = known([account], at=at)[account.pk]
        if (found.last.reports, found.last.proofs) != (found.now.reports, found.now.proofs):
            redecide(account_pk, cause=Cause.REPORT, at=at, change=change)


def waiting(*, before: datetime) -> list[int]:
    """Reports told before a moment that were not applied to everybody yet."""
    unapplied = Report.objects.filter(applied_at=None, told_at__lt=before).order_by("told_at")
    return list(unapplied.values_list("pk", flat=True)[:CHUNK])
