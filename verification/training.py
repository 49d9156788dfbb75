"""Weights learnt from what became of accounts: read, split by time, fitted, and held against the policy in force.

What was opened before the split and known by then teaches; what was opened after it measures, by all that is known.
Between the two lie the accounts that were too young at the split to be known: they do neither.
"""

from collections import Counter
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
from risk.learning.comparing import compared, log_loss, measured
from risk.learning.measures import Rows, rows
from risk.learning.rows import FAMILY_OF, Example, codes_of, scorer, stripped, table_of, terms_of
from risk.learning.weights import best_spread
from risk.learning.weights import learn as fit
from risk.outcome import Outcome
from risk.policies.store import active
from risk.policy import Policy, parse
from risk.scoring import judge, weights_of
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
MODEL = "model"

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


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a learner found: parts of a policy's document, what to call it, and how it was found."""

    name: str
    parts: dict[str, Any]
    how: dict[str, Any]


Learner = Callable[[Sequence[Example], Policy], Learnt]


@dataclass(slots=True)
class _Known:
    """The accounts of one side of the split, in the order in which they were opened."""

    examples: list[Example]

    @property
    def abuse(self) -> list[bool]:
        return [example.abuse for example in self.examples]

    @property
    def abusive(self) -> int:
        return sum(self.abuse)


def default_split(since: datetime | None, until: datetime | None, *, known_by: datetime) -> tuple[datetime, ...]:
    """The first and the last moment of what there is, and the split between. Raises TooLittleKnown: no account."""
    span = Account.objects.filter(test=False).aggregate(first=Min("created_at"), last=Max("created_at"))
    if span["first"] is None:
        raise TooLittleKnown("There is no account yet.")
    first, last = since or span["first"], min(until or span["last"] + timedelta(seconds=1), known_by)
    return first, first + TEACHING_SHARE * (last - first), last


def train(asked: Asked, learner: Learner, *, workers: int, progress: Progress) -> Trained:
    """Learn what a policy can learn anew; `progress` hears of each range of accounts that was read.

    Raises:
        TooLittleKnown: too few accounts teach or measure.

    """
    document = active().document
    base = {part: given for part, given in document.items() if part != MODEL}  # learnt anew, or not wanted any more
    teaching, measuring = _read(asked, document, workers=workers, progress=progress)
    _enough(teaching, TAUGHT_LEAST, "teach: opened before the split, and old enough and labelled by then")
    _enough(measuring, HELD_OUT_LEAST, "measure: opened after the split, and old enough and labelled now")
    learnt = learner(teaching.examples, _policy(base))
    draft = {**base, **learnt.parts, "name": f"{learnt.name}, {asked.split:%Y-%m-%d}"}
    before = rows([example.scored for example in measuring.examples], measuring.abuse)
    after = _scored(draft, measuring)
    report = {
        **_how(asked, document, teaching, measuring),
        **learnt.how,
        "compared": asdict(compared(before, after)),
        "weights": _moved(_policy(document), _policy(draft), teaching.examples),
        "families": [
            _ablated(family, base, learner, (teaching, measuring), after) for family in _families(_policy(base))
        ],
    }
    return Trained(draft, report)


def learn_weights(examples: Sequence[Example], policy: Policy) -> Learnt:
    """The prior and the multipliers, fitted as freely as the latest of those who teach show to be right."""
    terms, highest = terms_of(policy), highest_prior(policy)
    earlier, later = split(examples)
    spread = best_spread(table_of(earlier, terms), table_of(later, terms), terms, highest=highest)
    fitted = fit(table_of(examples, terms), terms, spread=spread, highest=highest)
    weights = zip(terms.codes, fitted.weights, terms.learns, strict=True)
    multipliers = {code: exp(weight) for code, weight in policy.weights.items()}
    learnt = {code: exp(weight) for code, weight, learns in weights if learns}
    parts = {
        "prior": rounded(float(expit(fitted.prior))),
        "multipliers": {code: rounded(number) for code, number in {**multipliers, **learnt}.items()},
    }
    return Learnt("learnt weights", parts, {"spread": spread})


def split(examples: Sequence[Example]) -> tuple[Sequence[Example], Sequence[Example]]:
    """Those who teach, parted into the earlier, and the later by whom it is seen how far to go."""
    cut = len(examples) - int(VALIDATING_SHARE * len(examples))
    return examples[:cut], examples[cut:]


def highest_prior(policy: Policy) -> float:
    """In log-odds: above it, one family alone could bring somebody to review."""
    review = policy.thresholds[Outcome.REVIEW]
    return log(review / (1 - review)) - max(policy.caps.values(), default=0.0) - MARGIN


def rounded(number: float) -> float:
    """As people like to read it in a policy."""
    return float(f"{number:.{FIGURES}g}")


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
    verdict = judge(FACTS.decode(text), policy)
    known = label is not None and label.trust > 0
    return Example(
        opened=opened,
        codes=codes_of(verdict),
        abuse=label.abuse if label and known else False,
        trust=label.trust if label and known else 1.0,
        scored=verdict.score / 100,
    )


def _enough(side: _Known, least: int, what: str) -> None:
    honest = len(side.examples) - side.abusive
    if side.abusive < least or honest < least:
        raise TooLittleKnown(
            f"{side.abusive:,} abusive and {honest:,} honest accounts {what}; {least} of each are needed."
        )


def _scored(document: Mapping[str, Any], side: _Known) -> Rows:
    """What a policy says of everybody. Each counts once where it is measured, whatever the trust."""
    score = scorer(_policy(document))
    return rows([score(example.codes) for example in side.examples], side.abuse)


def _families(policy: Policy) -> list[Family]:
    return [family for family in Family if family in {FAMILY_OF[code] for code in policy.weights if code in FAMILY_OF}]


def _ablated(
    family: Family, base: Mapping[str, Any], learner: Learner, sides: tuple[_Known, _Known], whole: Rows
) -> dict[str, Any]:
    """What a family is worth: how the measures change where it is neither learnt from nor looked at."""
    teaching, measuring = (_Known(stripped(side.examples, family)) for side in sides)
    learnt = learner(teaching.examples, _policy(base))
    less = _scored({**base, **learnt.parts}, measuring)
    with_it, without_it = measured(whole), measured(less)
    return {
        "family": str(family),
        "log_loss": log_loss(less) - log_loss(whole),
        "recall": without_it.recall - with_it.recall,
        "auc": without_it.auc - with_it.auc,
    }


def _moved(before: Policy, after: Policy, examples: Sequence[Example]) -> list[dict[str, Any]]:
    """Every reason that was given, the most changed first; of trees, what a reason weighs where it stands alone."""
    given = Counter(code for example in examples for code in example.codes)
    abusive = Counter(code for example in examples if example.abuse for code in example.codes)
    weights = {code: (_alone(code, before), _alone(code, after)) for code in given if code in FAMILY_OF}
    changed = sorted(weights, key=lambda code: (-abs(weights[code][1] - weights[code][0]), code))
    return [
        {
            "reason": code,
            "before": exp(weights[code][0]),
            "after": exp(weights[code][1]),
            "given": given[code],
            "given_by_abusive": abusive[code],
        }
        for code in changed
    ]


def _alone(code: str, policy: Policy) -> float:
    return weights_of({code: FAMILY_OF[code]}, policy).get(code, 0.0)


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
