"""A draft policy over the stored facts of every account, beside the policy in force on the same facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any

import msgspec
from django.db import connection
from django.utils import timezone

from risk.backtesting import Judgement, Labelled, Row, Stored, Tally
from risk.facts import Facts
from risk.judged import judged
from risk.labels import Judged
from risk.policies.sealing import seal
from risk.policies.store import Version
from risk.policy import parse
from risk.scoring import Verdict, examine, judge, weigh
from risk.signals import REASON_CODES
from tiers.models import Account
from tiers.standing import stand
from verification.own_entries import OwnEntries
from verification.shards import Range, ranges, shared

THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
SAMPLED_OUT_OF = 1_000_000

# One assessment of each account. A sample is drawn by a hash of the account: the same accounts for every draft.
READ_SQL = """
SELECT DISTINCT ON (assessment.subject) assessment.id, assessment.subject, assessment.facts::text,
       assessment.outcome, assessment.score, assessment.policy_digest
FROM risk_assessment assessment JOIN tiers_account account ON account.id = assessment.subject AND NOT account.test
WHERE assessment.subject BETWEEN %s AND %s AND assessment.at >= %s AND assessment.at < %s
  AND mod(abs(hashint8(assessment.subject)::bigint), {of}) < %s
ORDER BY assessment.subject, assessment.id {order}
"""
FACTS = msgspec.json.Decoder(Facts)

Stated = tuple[int, int, str, str, float, str]
Progress = Callable[[int], None]


def moment(text: str) -> datetime:
    """A time in ISO 8601, UTC where it names no zone. Raises ValueError, which argparse tells."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else timezone.make_aware(at)


class Which(StrEnum):
    """Which of an account's assessments is judged again."""

    LATEST = "latest"  # with its proofs, words and reports of today
    SIGNUP = "signup"  # the first


@dataclass(frozen=True, slots=True)
class Asked:
    """What a backtest is over. `sample` is about how many accounts; None: all."""

    draft: Mapping[str, Any]
    in_force: Mapping[str, Any]
    which: Which = Which.LATEST
    since: datetime = THE_BEGINNING
    until: datetime | None = None
    sample: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What a process is to do: the documents by which, and which rows of a range."""

    asked: Asked
    until: datetime
    kept: int  # of SAMPLED_OUT_OF


class _Parsed:
    """Documents that this process has parsed, by what makes them one: themselves."""

    versions: tuple[Asked, Version, Version, OwnEntries] | None = None


def backtest(asked: Asked, *, workers: int, progress: Progress) -> Tally:
    """Judge all by both policies; `progress` hears of each range that is done.

    Raises:
        PolicyError: a document is no policy.

    """
    tally = Tally()
    work = partial(judge_range, share_of(asked))
    for part in shared(work, ranges(Account.objects.all()), workers=workers):
        tally.merge(part)
        progress(1)
    return tally


def share_of(asked: Asked) -> Share:
    """The work that every range is judged by, fixed once: later assessments do not come in on the way."""
    kept = SAMPLED_OUT_OF
    if asked.sample is not None:
        accounts = Account.objects.filter(test=False).count()
        kept = min(SAMPLED_OUT_OF, -(-SAMPLED_OUT_OF * asked.sample // max(1, accounts)))
    return Share(asked, asked.until or timezone.now(), kept)


def judge_range(share: Share, ids: Range) -> Tally:
    """What both policies say of the accounts in a range of ids."""
    in_force, draft, own = _versions(share.asked)
    tally = Tally()
    rows = _rows(share, ids)
    shown = own.shown(ids)
    labels = judged([row[1] for row in rows], known_by=share.until)
    for stated in rows:
        label = labels.get(stated[1])
        try:
            facts = own.onto(FACTS.decode(stated[2]), shown.get(stated[1], ()))
            row = _judged(stated, facts, in_force, draft)
            tally.add(row if label is None else replace(row, labelled=_labelled(row, label, in_force, draft)))
        except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError):
            tally.fail(stated[0])  # facts that no release of today can read; one row stops nothing
    return tally


def _rows(share: Share, ids: Range) -> list[Stated]:
    order = "DESC" if share.asked.which is Which.LATEST else "ASC"
    with connection.cursor() as cursor:
        cursor.execute(
            READ_SQL.format(order=order, of=SAMPLED_OUT_OF),
            [*ids, share.asked.since, share.until, share.kept],
        )
        rows: list[Stated] = cursor.fetchall()
        return rows


def _judged(stated: Stated, facts: Facts, in_force: Version, draft: Version) -> Row:
    _, subject, _, outcome, score, digest = stated
    findings = examine(facts)  # the same under both: half of the work is done once
    before, after = (_placed(facts, weigh(facts, findings, version.policy), version) for version in (in_force, draft))
    return Row(facts, Stored(subject, outcome, score, digest), before, after)


def _placed(facts: Facts, verdict: Verdict, version: Version) -> Judgement:
    """Where it would come to stand in the end: what it waits for meanwhile, it waits for under either policy."""
    placement = stand(replace(facts, standing=None), verdict, version)
    return Judgement(verdict, placement.rung.tier, placement.held)


def _labelled(row: Row, label: Judged, in_force: Version, draft: Version) -> Labelled:
    """Judged without words, reports and rings: labels are made of these, and would agree with them by themselves."""
    facts = replace(row.facts, word=None, reports=(), ring=None)
    return Labelled(label.abuse, judge(facts, in_force.policy).outcome, judge(facts, draft.policy).outcome)


def _versions(asked: Asked) -> tuple[Version, Version, OwnEntries]:
    held = _Parsed.versions
    if held is None or held[0] != asked:
        in_force, draft = _version(asked.in_force), _version(asked.draft)
        own = OwnEntries.of(draft.policy, in_force=in_force.policy)
        held = _Parsed.versions = (asked, in_force, draft, own)
    return held[1:]


def _version(document: Mapping[str, Any]) -> Version:
    sealed = seal(document)
    return Version(parse(sealed, known_reasons=REASON_CODES, past=True), sealed)
