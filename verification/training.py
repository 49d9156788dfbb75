"""What a policy learns from what became of accounts: fitted, made a draft, and held against the policy in force."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import exp, log
from typing import Any

from scipy.special import expit

from risk.findings import Family
from risk.learning.comparing import compared, log_loss, measured
from risk.learning.measures import Rows, rows
from risk.learning.rows import FAMILY_OF, Example, scorer, stripped, table_of, terms_of
from risk.learning.weights import best_spread
from risk.learning.weights import learn as fit
from risk.outcome import Outcome
from risk.policies.store import active
from risk.policy import Policy, parse
from risk.scoring import weights_of
from risk.signals import REASON_CODES
from verification import tellers
from verification.teaching import TAUGHT_LEAST, Asked, Progress, Side, read

VALIDATING_SHARE = 0.25  # of the rows that teach: the latest, for finding how far to stray
MARGIN = 0.01  # log-odds by which a family alone stays below review
FIGURES = 4  # significant, of a multiplier
MODEL = "model"
MOST_MOVED = 5  # reasons that the report names of each who tells


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


def train(asked: Asked, learner: Learner, *, workers: int, progress: Progress) -> Trained:
    """Learn what a policy can learn anew; `progress` hears of each range of accounts that was read.

    Raises:
        TooLittleKnown: too few accounts teach or measure.

    """
    document = active().document
    base = {part: given for part, given in document.items() if part != MODEL}  # learnt anew, or not wanted any more
    teaching, measuring = read(asked, document, workers=workers, progress=progress)
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
        "tellers": [
            _without(teller, base, learner, (teaching, measuring), draft) for teller in tellers.heard(teaching.examples)
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


def _scored(document: Mapping[str, Any], side: Side) -> Rows:
    """What a policy says of everybody. Each counts once where it is measured, whatever the trust."""
    score = scorer(_policy(document))
    return rows([score(example.codes) for example in side.examples], side.abuse)


def _families(policy: Policy) -> list[Family]:
    return [family for family in Family if family in {FAMILY_OF[code] for code in policy.weights if code in FAMILY_OF}]


def _ablated(
    family: Family, base: Mapping[str, Any], learner: Learner, sides: tuple[Side, Side], whole: Rows
) -> dict[str, Any]:
    """What a family is worth: how the measures change where it is neither learnt from nor looked at."""
    teaching, measuring = (Side(stripped(side.examples, family)) for side in sides)
    learnt = learner(teaching.examples, _policy(base))
    less = _scored({**base, **learnt.parts}, measuring)
    with_it, without_it = measured(whole), measured(less)
    return {
        "family": str(family),
        "log_loss": log_loss(less) - log_loss(whole),
        "recall": without_it.recall - with_it.recall,
        "auc": without_it.auc - with_it.auc,
    }


def _without(
    teller: str, base: Mapping[str, Any], learner: Learner, sides: tuple[Side, Side], whole: Mapping[str, Any]
) -> dict[str, Any]:
    """What one who tells is worth, and how far the weights go with their word: as learnt without it, and with it."""
    teaching, measuring = sides
    others = [example for example in teaching.examples if example.told_by != teller]
    told = tellers.counted(teller, teaching.examples)
    if sum(example.abuse for example in others) < TAUGHT_LEAST:
        return {**told, "learnt_without": None}
    less = {**base, **learner(others, _policy(base)).parts}
    recall = measured(_scored(less, measuring)).recall - measured(_scored(whole, measuring)).recall
    moved = _moved(_policy(less), _policy(whole), teaching.examples)[:MOST_MOVED]
    return {**told, "learnt_without": {"recall": recall, "weights": moved}}


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


def _how(asked: Asked, document: Mapping[str, Any], teaching: Side, measuring: Side) -> dict[str, Any]:
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
