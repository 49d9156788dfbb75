"""Weights learnt from what became of accounts: read, split by time, fitted, and held against the policy in force.

What was opened before the split and known by then teaches; what was opened after it measures, by all that is known.
Between the two lie the accounts that were too young at the split to be known: they do neither.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from math import exp, log
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Max, Min
from scipy.special import expit

from risk.facts import Facts
from risk.findings import Family
from risk.judged import judged
from risk.labels import Judged
from risk.learning.comparing import compared, measured
from risk.learning.measures import Rows, rows
from risk.learning.rows import Example, Floats, Table, Terms, codes_of, table_of, terms_of, without
from risk.learning.weights import Learnt, best_spread, columns_of, learn, log_loss, log_odds
from risk.outcome import Outcome
from risk.policies.store import active
from risk.policy import Policy, parse
from risk.scoring import judge
from risk.signals import REASON_CODES
from tiers.models import Account
from verification.calibration import MATURITY
from verification.shards import Range, ranges, shared

TAUGHT_LEAST = 100  # abusive accounts that teach: of fewer, the weights stay where they are anyway
HELD_OUT_LEAST = 50  # and that measure: of fewer, the recall is a matter of luck
TEACHING_SHARE = 0.7  # of the time, where no split is given
VALIDATING_SHARE = 0.25  # of the rows that teach: the latest, for finding how far to stray
MARGIN = 0.01  # log-odds by which a family alone stays below review
FIGURES = 4  # significant, of a multiplier

READ_SQL = """
SELECT DISTINCT ON (account.id) account.id, account.created_at, assessment.facts::text
FROM tiers_account account JOIN risk_assessment assessment ON assessment.subject = account.id
WHERE account.id BETWEEN %s AND %s AND NOT account.test AND account.created_at >= %s AND account.created_at < %s
ORDER BY account.id, assessment.id
"""
FACTS = msgspec.json.Decoder(Facts)
Progress = Callable[[int], None]


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


@dataclass(frozen=True, slots=True)
class Trained:
    """What came out: the document of a draft, and the report."""

    document: dict[str, Any]
    report: dict[str, Any]


@dataclass(slots=True)
class _Known:
    """The accounts of one side of the split, in the order in which they were opened."""

    examples: list[Example]

    @property
    def abusive(self) -> int:
        return sum(example.abuse for example in self.examples)


def default_split(since: datetime | None, until: datetime | None, *, known_by: datetime) -> tuple[datetime, ...]:
    """The first and the last moment of what there is, and the split between. Raises TooLittleKnown: no account."""
    span = Account.objects.filter(test=False).aggregate(first=Min("created_at"), last=Max("created_at"))
    if span["first"] is None:
        raise TooLittleKnown("There is no account yet.")
    first, last = since or span["first"], min(until or span["last"] + timedelta(seconds=1), known_by)
    return first, first + TEACHING_SHARE * (last - first), last


def train(asked: Asked, *, workers: int, progress: Progress) -> Trained:
    """Learn the weights of the policy in force anew; `progress` hears of each range of accounts that was read.

    Raises:
        TooLittleKnown: too few accounts teach or measure.

    """
    document = active().document
    terms = terms_of(_policy(document))
    teaching, measuring = _read(asked, document, workers=workers, progress=progress)
    _enough(
        teaching, TAUGHT_LEAST, "teach: opened before the split, as old as the maturity by then and labelled by then"
    )
    _enough(measuring, HELD_OUT_LEAST, "measure: opened after the split, as old as the maturity and labelled now")
    highest = _highest_prior(_policy(document))
    learnt = _learnt(teaching.examples, terms, highest)
    draft = {**document, **_learnt_parts(document, terms, learnt, asked)}
    table = table_of(measuring.examples, terms)
    drafted = terms_of(_policy(draft))
    before, after = (_rows(table, log_odds(table, each, each.weights, each.prior)) for each in (terms, drafted))
    taught = table_of(teaching.examples, terms)
    report = {
        **_how(asked, document, teaching, measuring),
        "spread": learnt.spread,
        "compared": asdict(compared(before, after)),
        "weights": _moved(terms, drafted, taught),
        "families": [_ablated(family, taught, table, terms, learnt, highest) for family in _families(terms)],
    }
    return Trained(draft, report)


def _policy(document: Mapping[str, Any]) -> Policy:
    return parse(document, known_reasons=REASON_CODES, past=True)


def _read(asked: Asked, document: Mapping[str, Any], *, workers: int, progress: Progress) -> tuple[_Known, _Known]:
    teaching, measuring = _Known([]), _Known([])
    work = partial(read_range, asked, msgspec.json.encode(document))
    for taught, measured_on in shared(work, ranges(Account.objects.all()), workers=workers):
        teaching.examples += taught
        measuring.examples += measured_on
        progress(1)
    for side in (teaching, measuring):
        side.examples.sort(key=lambda example: (example.opened, example.codes))  # shards come back in any order
    return teaching, measuring


def read_range(asked: Asked, document: bytes, ids: Range) -> tuple[list[Example], list[Example]]:
    """The accounts in a range of ids that teach, and those that measure."""
    policy = _parsed(document)
    with connection.cursor() as cursor:
        cursor.execute(READ_SQL, [*ids, asked.since, asked.until])
        found = cursor.fetchall()
    subjects = [subject for subject, _, _ in found]
    then, now = (judged(subjects, known_by=at) for at in (asked.split, asked.known_by))
    teaching, measuring = [], []
    for subject, opened, text in found:
        if opened <= asked.split - asked.maturity:
            teaching.append(_example(opened, text, policy, then.get(subject)))
        elif asked.split <= opened <= asked.known_by - asked.maturity:
            measuring.append(_example(opened, text, policy, now.get(subject)))
    return teaching, measuring


@lru_cache(maxsize=1)
def _parsed(document: bytes) -> Policy:
    return _policy(msgspec.json.decode(document))


def _example(opened: datetime, text: str, policy: Policy, label: Judged | None) -> Example:
    """Without a label an account that is old enough is honest, as calibration has it; one not trusted at all, too."""
    codes = codes_of(judge(FACTS.decode(text), policy))
    if label is None or not label.trust:
        return Example(opened, codes, abuse=False)
    return Example(opened, codes, abuse=label.abuse, trust=label.trust)


def _enough(side: _Known, least: int, what: str) -> None:
    honest = len(side.examples) - side.abusive
    if side.abusive < least or honest < least:
        raise TooLittleKnown(
            f"{side.abusive:,} abusive and {honest:,} honest accounts {what}; {least} of each are needed."
        )


def _learnt(examples: Sequence[Example], terms: Terms, highest: float) -> Learnt:
    """Fitted on all that teach, as freely as the latest of them show to be right."""
    cut = len(examples) - int(VALIDATING_SHARE * len(examples))
    earlier, later = (table_of(part, terms) for part in (examples[:cut], examples[cut:]))
    spread = best_spread(earlier, later, terms, highest=highest)
    return learn(table_of(examples, terms), terms, spread=spread, highest=highest)


def _highest_prior(policy: Policy) -> float:
    """Above it, one family alone could bring somebody to review."""
    review = policy.thresholds[Outcome.REVIEW]
    return log(review / (1 - review)) - max(policy.caps.values(), default=0.0) - MARGIN


def _learnt_parts(document: Mapping[str, Any], terms: Terms, learnt: Learnt, asked: Asked) -> dict[str, Any]:
    weights = dict(zip(terms.codes, learnt.weights, strict=True))
    free = {code for code, learns in zip(terms.codes, terms.learns, strict=True) if learns}
    return {
        "name": f"learnt from what was known on {asked.split:%Y-%m-%d}",
        "prior": _rounded(float(expit(learnt.prior))),
        "multipliers": {
            code: _rounded(exp(weights[code])) if code in free else given
            for code, given in document["multipliers"].items()
        },
    }


def _rounded(number: float) -> float:
    return float(f"{number:.{FIGURES}g}")


def _rows(table: Table, total: Floats) -> Rows:
    """Every account counts once where it is measured, whatever the trust, as in the calibration report."""
    return rows(expit(total), table.abuse)


def _families(terms: Terms) -> list[Family]:
    learning = {family for family, learns in zip(terms.families, terms.learns, strict=True) if learns}
    return [family for family in Family if family in learning]


def _ablated(
    family: Family, taught: Table, table: Table, terms: Terms, learnt: Learnt, highest: float
) -> dict[str, Any]:
    """What a family is worth: the measures of weights that were learnt, and are used, without its reasons."""
    columns = columns_of(terms, family)
    less = learn(without(taught, columns), terms, spread=learnt.spread, highest=highest)
    blind = without(table, columns)
    whole, total = (
        log_odds(given, terms, fitted.weights, fitted.prior) for given, fitted in ((table, learnt), (blind, less))
    )
    one, other = (measured(_rows(table, each)) for each in (whole, total))
    return {
        "family": str(family),
        "log_loss": log_loss(table, total) - log_loss(table, whole),
        "recall": other.recall - one.recall,
        "auc": other.auc - one.auc,
    }


def _moved(before: Terms, after: Terms, taught: Table) -> list[dict[str, Any]]:
    """Every reason that learnt something, the most changed first, with how often it was given."""
    given = taught.given.sum(axis=0)
    abusive = taught.given[taught.abuse].sum(axis=0)
    changed = sorted(range(len(before.codes)), key=lambda at: -abs(after.weights[at] - before.weights[at]))
    return [
        {
            "reason": before.codes[at],
            "before": exp(before.weights[at]),
            "after": exp(after.weights[at]),
            "given": int(given[at]),
            "given_by_abusive": int(abusive[at]),
        }
        for at in changed
        if before.learns[at] and given[at]
    ]


def _how(asked: Asked, document: Mapping[str, Any], teaching: _Known, measuring: _Known) -> dict[str, Any]:
    return {
        "in_force": document["name"],
        "since": asked.since.isoformat(),
        "split": asked.split.isoformat(),
        "until": asked.until.isoformat(),
        "known_by": asked.known_by.isoformat(),
        "maturity_days": asked.maturity.days,
        "taught_by": {"accounts": len(teaching.examples), "abusive": teaching.abusive},
        "measured_on": {"accounts": len(measuring.examples), "abusive": measuring.abusive},
    }
