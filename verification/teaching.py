"""Accounts that teach and accounts that measure: first assessments with what became of them, parted by time.

What was opened before the split and known by then teaches; what was opened after it measures, by all that is known.
Between the two lie the accounts that were too young at the split to be known: they do neither.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Max, Min

from risk.facts import Facts
from risk.judged import judged
from risk.labels import Judged
from risk.learning.rows import Example, codes_of
from risk.policy import Policy, parse
from risk.scoring import judge
from risk.signals import REASON_CODES
from tiers.models import Account
from verification.calibration import MATURITY
from verification.shards import Range, ranges, shared
from verification.tellers import tellers_of

log = logging.getLogger(__name__)
TAUGHT_LEAST = 100  # abusive accounts that teach: of fewer, the weights stay where they are anyway
HELD_OUT_LEAST = 50  # and that measure: of fewer, the recall is a matter of luck
TEACHING_SHARE = 0.7  # of the time, where no split is given

READ_SQL = """
SELECT DISTINCT ON (account.id) account.id, account.created_at, assessment.facts::text
FROM tiers_account account JOIN risk_assessment assessment ON assessment.subject = account.id
WHERE account.id BETWEEN %s AND %s AND NOT account.test AND account.created_at >= %s AND account.created_at < %s
ORDER BY account.id, assessment.id
"""
FACTS = msgspec.json.Decoder(Facts)
Progress = Callable[[int], None]
UNREADABLE = (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError)  # facts of another release


class TooLittleKnown(ValueError):
    """Nothing can be learnt: too few accounts are old enough, or too few of them are known to be abusive."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Over which accounts, by when they were opened, and by what was known when."""

    known_by: datetime
    since: datetime
    split: datetime
    until: datetime
    maturity: timedelta = MATURITY


@dataclass(slots=True)
class Side:
    """The accounts of one side of the split, in the order in which they were opened."""

    examples: list[Example] = field(default_factory=list)

    @property
    def abuse(self) -> list[bool]:
        return [example.abuse for example in self.examples]

    @property
    def abusive(self) -> int:
        return sum(self.abuse)


Span = tuple[datetime, datetime, datetime]  # first, split and last


def default_split(since: datetime | None, until: datetime | None, *, known_by: datetime) -> Span:
    """The first and the last moment of what there is, and the split between. Raises TooLittleKnown: no account."""
    span = Account.objects.filter(test=False).aggregate(first=Min("created_at"), last=Max("created_at"))
    if span["first"] is None:
        raise TooLittleKnown("There is no account yet.")
    first, last = since or span["first"], min(until or span["last"] + timedelta(seconds=1), known_by)
    return first, first + TEACHING_SHARE * (last - first), last


def read(asked: Asked, document: Mapping[str, Any], *, workers: int, progress: Progress) -> tuple[Side, Side]:
    """Who teaches and who measures; `progress` hears of each range of accounts that was read.

    Raises:
        TooLittleKnown: too few accounts do either.

    """
    teaching, measuring = Side(), Side()
    work = partial(read_range, asked, msgspec.json.encode(document))
    for taught, measured_on in shared(work, ranges(Account.objects.all()), workers=workers):
        teaching.examples += taught
        measuring.examples += measured_on
        progress(1)
    for side in (teaching, measuring):
        side.examples.sort(key=lambda example: (example.opened, example.codes))  # shards come back in any order
    _enough(teaching, TAUGHT_LEAST, "teach: opened before the split, and old enough and labelled by then")
    _enough(measuring, HELD_OUT_LEAST, "measure: opened after the split, and old enough and labelled now")
    return teaching, measuring


def read_range(asked: Asked, document: bytes, ids: Range) -> tuple[list[Example], list[Example]]:
    """The accounts in a range of ids that teach, and those that measure."""
    policy = _parsed(document)
    with connection.cursor() as cursor:
        cursor.execute(READ_SQL, [*ids, asked.since, asked.until])
        found = cursor.fetchall()
    subjects = [subject for subject, _, _ in found]
    then, now = (judged(subjects, known_by=at) for at in (asked.split, asked.known_by))
    tellers = tellers_of([*then.values(), *now.values()])
    teaching: list[Example] = []
    measuring: list[Example] = []
    for subject, opened, text in found:
        try:
            if opened <= asked.split - asked.maturity:
                teaching.append(_example(opened, text, policy, _told(then, subject, tellers)))
            elif asked.split <= opened <= asked.known_by - asked.maturity:
                measuring.append(_example(opened, text, policy, _told(now, subject, tellers)))
        except UNREADABLE:  # one row stops nothing
            log.warning("The facts of an account cannot be read; it is left out.", extra={"account": subject})
    return teaching, measuring


@lru_cache(maxsize=1)
def _parsed(document: bytes) -> Policy:
    return parse(msgspec.json.decode(document), known_reasons=REASON_CODES, past=True)


Told = tuple[Judged | None, str]  # what an account is held to be, and who says so


def _told(judgements: Mapping[int, Judged], subject: int, tellers: Mapping[str, str]) -> Told:
    label = judgements.get(subject)
    return label, tellers.get(label.reference, "") if label else ""


def _example(opened: datetime, text: str, policy: Policy, told: Told) -> Example:
    """Without a label an account that is old enough is honest, as calibration has it; one not trusted at all, too."""
    label, teller = told
    verdict = judge(FACTS.decode(text), policy)
    known = label is not None and label.trust > 0
    return Example(
        opened=opened,
        codes=codes_of(verdict),
        abuse=label.abuse if label and known else False,
        trust=label.trust if label and known else 1.0,
        scored=verdict.score / 100,
        told_by=teller if known else "",
    )


def _enough(side: Side, least: int, what: str) -> None:
    honest = len(side.examples) - side.abusive
    if side.abusive < least or honest < least:
        raise TooLittleKnown(
            f"{side.abusive:,} abusive and {honest:,} honest accounts {what}; {least} of each are needed."
        )
