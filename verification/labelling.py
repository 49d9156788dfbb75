"""Reports and analysts' words leave labels, in the transaction that takes them in. A label is never edited.

What is taken back, or told otherwise, takes its label back by a new one. Accounts of test keys get none.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from risk.facts import ReportKind, Word
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
    source = None if report.withdrawn_at else OF_REPORT.get(ReportKind(report.kind))
    _keep(account.pk, f"report:{report.pk}", source=source, at=(report.at, at))


def of_review(review: Review) -> None:
    """Write what an analyst's word says of its account."""
    if not review.account.test:
        source = OF_WORD.get(Word(review.word))
        _keep(review.account_id, f"review:{review.pk}", source=source, at=(review.at, review.at))


def of_withdrawal(account: Account, reviews: Iterable[int], *, at: datetime) -> None:
    """Take the labels of words back, by the keys of their reviews."""
    for review in reviews:
        _keep(account.pk, f"review:{review}", source=None, at=(at, at))


def of_ring(ring_pk: int, said: Mapping[int, bool], *, at: datetime) -> None:
    """Write for each account whether it is a member of a confirmed ring. Accounts of test keys are not to be given."""
    sources = {pk: LabelSource.RING if member else None for pk, member in said.items()}
    _keep_all(sources, f"ring:{ring_pk}", at=(at, at))


def _keep(subject: int, reference: str, *, source: LabelSource | None, at: tuple[datetime, datetime]) -> None:
    """Make `source` the one that speaks of a subject under a reference; None: nobody."""
    _keep_all({subject: source}, reference, at=at)


def _keep_all(sources: Mapping[int, LabelSource | None], reference: str, *, at: tuple[datetime, datetime]) -> None:
    """For each subject, make its source the one that speaks under a reference. Done already, nothing is written.

    Two at once write the same rows, of which the database keeps the first.
    """
    names = Q(reference=reference) | Q(reference__startswith=f"{reference}.")
    told: dict[int, list[Label]] = {subject: [] for subject in sources}
    for label in Label.objects.filter(names, subject__in=list(sources)).order_by("pk"):
        told[label.subject].append(label)
    new = [
        label
        for subject, source in sources.items()
        for label in _following(subject, reference, told[subject], source=source)
    ]
    for label in new:
        label.at, label.known_at = at
    Label.objects.bulk_create(new, ignore_conflicts=True)


def _following(subject: int, reference: str, told: list[Label], *, source: LabelSource | None) -> list[Label]:
    """The labels that make `source` speak after those told of a subject before."""
    gone = {label.takes_back_id for label in told}
    standing = next((label for label in told if label.takes_back_id is None and label.pk not in gone), None)
    if (standing.source if standing else None) == source:
        return []
    new = [_taking_back(standing)] if standing else []
    if source:
        worth = SOURCES[source]
        new.append(Label(source=source, abuse=worth.abuse, trust=worth.trust))
    for number, label in enumerate(new, start=len(told) + 1):
        label.subject = subject
        label.reference = reference if number == 1 else f"{reference}.{number}"
    return new


def _taking_back(label: Label) -> Label:
    return Label(source=label.source, abuse=label.abuse, trust=0.0, takes_back=label)
