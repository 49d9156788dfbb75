"""What became of accounts comes in by file: each line is a report, kept and decided on as if a product had told it.

A run that was stopped is simply run again: reports that are there already are passed over.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from config.lib.jsonlines import Line
from risk.facts import ReportKind
from tiers.models import Account
from verification import reports
from verification.importing import Reject, Summary, errors_of
from verification.intake import unknown_fields
from verification.models import Report

SOURCE = "import"


class ReportLine(serializers.Serializer[Any]):
    """One line, as docs/formats.md has it."""

    account_id = serializers.CharField(max_length=128)
    kind = serializers.ChoiceField([(kind, kind) for kind in ReportKind])
    at = serializers.DateTimeField()
    known_at = serializers.DateTimeField(required=False, allow_null=True)
    reference = serializers.RegexField(reports.REFERENCE, required=False, allow_null=True)


@dataclass(frozen=True, slots=True)
class Told:
    """A line that could be read."""

    line: int
    account_id: str
    kind: ReportKind
    at: datetime
    known_at: datetime
    reference: str


def take_reports(batch: Sequence[Line], summary: Summary) -> list[Reject]:
    """Keep a batch of reports in the order in which they were heard of; gives the lines that could not be taken."""
    read_lines = [parse(line, summary.unknown_fields) for line in batch]
    told = sorted((line for line in read_lines if isinstance(line, Told)), key=lambda line: line.known_at)
    return [*(line for line in read_lines if isinstance(line, Reject)), *_take_all(told, summary)]


def parse(line: Line, unknown: set[str]) -> Told | Reject:
    """What a line tells, or why it cannot be read. Names of fields that nobody reads are added to `unknown`."""
    if line.value is None:
        return Reject(line.number, line.error or "unreadable")
    body = ReportLine(data=line.value)
    try:
        body.is_valid(raise_exception=True)
    except ValidationError as error:
        return Reject(line.number, "; ".join(errors_of("", error.detail)))
    unknown.update(unknown_fields(line.value, body))
    given = body.validated_data
    known_at = given.get("known_at") or given["at"]
    if known_at < given["at"]:
        return Reject(line.number, "known_at: nothing is heard of before it happens")
    name = given.get("reference") or _name(given)
    return Told(line.number, given["account_id"], ReportKind(given["kind"]), given["at"], known_at, name)


def _name(given: dict[str, Any]) -> str:
    """A name for a report that has none, the same each time that the line is read."""
    said = json.dumps([given["account_id"], given["kind"], given["at"].isoformat()])
    return hashlib.sha256(said.encode()).hexdigest()


def _take_all(told: list[Told], summary: Summary) -> Iterator[Reject]:
    names = {line.account_id for line in told}
    accounts = {each.account_id: each for each in Account.objects.filter(account_id__in=names, test=False)}
    stored = Report.objects.filter(source=SOURCE, reference__in=[line.reference for line in told])
    known: dict[str, tuple[str, int | None]] = {
        name: (kind, account) for name, kind, account in stored.values_list("reference", "kind", "account__pk")
    }
    for line in told:
        account = accounts.get(line.account_id)
        if account is None:
            yield Reject(line.line, "account_id: there is no such account; take its signup in first")
        elif known.setdefault(line.reference, (line.kind.value, account.pk)) != (line.kind.value, account.pk):
            yield Reject(line.line, "reference: it names another report")
        else:
            _take(line, account, summary)


def _take(line: Told, account: Account, summary: Summary) -> None:
    telling = reports.Telling(source=SOURCE, reference=line.reference, kind=line.kind, at=line.at)
    if Report.objects.filter(source=SOURCE, reference=line.reference).exists():
        summary.known += 1
        return
    with transaction.atomic():
        report = reports.take(telling, account=account, at=line.known_at)
        reports.apply(report, account.pk, at=line.known_at)
        Report.objects.filter(pk=report.pk).update(applied_at=line.known_at)
    summary.taken[line.kind] += 1
