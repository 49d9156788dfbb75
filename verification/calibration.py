"""First scores beside what came of the people: the history that calibration is measured on.

An account counts once it is as old as `maturity`: abuse takes that long to come to light. Then it is what its labels
say that were known by `known_by`, and honest where there are none. A younger one waits, labelled or not: of the young,
only the bad are known yet, and to count these alone would make every score look too low.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from risk.facts import Facts
from risk.judged import judged
from risk.learning.measures import Rows, rows
from risk.models import Assessment
from risk.policy import Policy
from risk.scoring import judge
from tiers.models import Account

MATURITY = timedelta(days=45)  # most chargebacks are known within it; the networks allow 120 days
CHUNK = 2000


class NothingLabelled(ValueError):
    """No score can be held against anything: nobody of those who count has a label."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which accounts count, and by what. `policy` judges their first facts anew; None: the scores that were given.

    `most` and `seconds` bound the work: the newest accounts are read first.
    """

    known_by: datetime
    since: datetime | None = None
    until: datetime | None = None
    maturity: timedelta = MATURITY
    policy: Policy | None = None
    most: int | None = None
    seconds: float | None = None


@dataclass(slots=True)
class History:
    """What was read: scores as probabilities beside whether it was abuse, and how it was come by."""

    predicted: list[float] = field(default_factory=list)
    happened: list[bool] = field(default_factory=list)
    labelled: int = 0
    policies: Counter[str] = field(default_factory=Counter)
    cut_short: bool = False  # by `most` or `seconds`

    @property
    def rows(self) -> Rows:
        """As measures take them."""
        return rows(self.predicted, self.happened)


def read(choice: Choice) -> History:
    """Read the history that a choice asks for.

    Raises:
        NothingLabelled: no account that counts has a label.

    """
    history, began = History(), time.monotonic()
    for chunk in _chunks(_mature(choice), choice.most):
        _take(chunk, choice, history)
        full = choice.most is not None and len(history.predicted) >= choice.most
        late = choice.seconds is not None and time.monotonic() - began > choice.seconds
        history.cut_short = full or late
        if history.cut_short:
            break
    if not history.labelled:
        raise NothingLabelled(_nothing(choice, len(history.predicted)))
    return history


def _mature(choice: Choice) -> QuerySet[Account]:
    accounts = Account.objects.filter(test=False, created_at__lte=choice.known_by - choice.maturity)
    if choice.since is not None:
        accounts = accounts.filter(created_at__gte=choice.since)
    if choice.until is not None:
        accounts = accounts.filter(created_at__lt=choice.until)
    return accounts


def _chunks(accounts: QuerySet[Account], most: int | None) -> Iterator[dict[int, int]]:
    """Accounts with the keys of their first assessments, the newest first."""
    first = Assessment.objects.filter(subject=OuterRef("pk")).order_by("id").values("id")[:1]
    size, last = min(CHUNK, most or CHUNK), None
    while True:
        page = accounts if last is None else accounts.filter(pk__lt=last)
        chunk = dict(page.order_by("-pk").annotate(first=Subquery(first)).values_list("pk", "first")[:size])
        if not chunk:
            return
        yield chunk
        last = min(chunk)


def _take(chunk: dict[int, int], choice: Choice, history: History) -> None:
    verdicts = judged(chunk.keys(), known_by=choice.known_by)
    for subject, score, policy in _scores(chunk, choice.policy):
        verdict = verdicts.get(subject)
        history.predicted.append(score / 100)
        history.happened.append(verdict is not None and verdict.abuse)
        history.labelled += verdict is not None
        history.policies[policy] += 1


def _scores(chunk: dict[int, int], policy: Policy | None) -> Iterator[tuple[int, float, str]]:
    """The subject, score and policy of each first assessment, or of its facts judged anew."""
    firsts = Assessment.objects.filter(pk__in=chunk.values()).order_by("-pk")
    if policy is None:
        yield from firsts.values_list("subject", "score", "policy_digest")
    else:
        for subject, facts in firsts.values_list("subject", "facts"):
            yield subject, judge(Facts.from_json(facts), policy).score, policy.digest


def _nothing(choice: Choice, seen: int) -> str:
    days = choice.maturity.days
    if not seen:
        return f"No account in this time is {days} days old yet, and younger ones are not measured on."
    return (
        f"None of the {seen:,} accounts that are {days} days old or more has a label. Tell what became of accounts by "
        "POST /v1/accounts/{account_id}/reports, by import_reports, or by a word in the console."
    )
