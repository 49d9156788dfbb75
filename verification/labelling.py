"""Reports and analysts' words leave labels, in the transaction that takes them in. A label is never edited.

What is taken back, or told otherwise, takes its label back by a new one. Accounts of test keys get none.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from risk.labels import OF_REPORT, OF_WORD, SOURCES, LabelSource
from risk.models import Label
from tiers.models import Account
from verification.models import Report, Review


def of_report(report: Report, account: Account, *, at: datetime) -> None:
    """Write what a report says of an account now, where that is news; `at` is when we heard.

    An account that showed a card after it was reported gets no label: its first decision knew of the report, and to
    hold that decision against a label of the same report would be to measure it by itself.
    """
    if account.test or (account.pk != report.account_id and account.created_at > report.told_at):
        return
    source = None if report.withdrawn_at else OF_REPORT.get(report.kind)
    _keep(account.pk, f"report:{report.pk}", source=source, at=(report.at, at))


def of_review(review: Review) -> None:
    """Write what an analyst's word says of its account."""
    if not review.account.test:
        source = OF_WORD.get(review.word)
        _keep(review.account_id, f"review:{review.pk}", source=source, at=(review.at, review.at))


def of_withdrawal(account: Account, reviews: Iterable[int], *, at: datetime) -> None:
    """Take the labels of words back, by the keys of their reviews."""
    for review in reviews:
        _keep(account.pk, f"review:{review}", source=None, at=(at, at))


def _keep(subject: int, reference: str, *, source: LabelSource | None, at: tuple[datetime, datetime]) -> None:
    """Make `source` the one that speaks under a reference; None: nobody. Done already, nothing is written.

    Two at once write the same rows, of which the database keeps the first.
    """
    names = Q(reference=reference) | Q(reference__startswith=f"{reference}.")
    told = list(Label.objects.filter(names, subject=subject).order_by("pk"))
    gone = {label.takes_back_id for label in told}
    standing = next((label for label in told if label.takes_back_id is None and label.pk not in gone), None)
    if (standing.source if standing else None) == source:
        return
    new = [_taking_back(standing)] if standing else []
    if source:
        worth = SOURCES[source]
        new.append(Label(source=source, abuse=worth.abuse, trust=worth.trust))
    for number, label in enumerate(new, start=len(told) + 1):
        label.subject, (label.at, label.known_at) = subject, at
        label.reference = reference if number == 1 else f"{reference}.{number}"
    Label.objects.bulk_create(new, ignore_conflicts=True)


def _taking_back(label: Label) -> Label:
    return Label(source=label.source, abuse=label.abuse, trust=0.0, takes_back=label)
