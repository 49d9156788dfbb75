"""Who told what accounts are held to be: a product's key, an outside party, a file, the desk, rings that it confirmed.

Whoever can tell can lie, or be broken into. So what is learnt says for each of them how many labels they gave, and what
would have been learnt without their word (verification.training).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from risk.labels import Judged
from risk.learning.rows import Example
from verification.models import Report

REPORT: Final = "report"
OTHERS: Final[Mapping[str, str]] = {"review": "analysts", "ring": "rings"}


def tellers_of(judgements: Iterable[Judged]) -> dict[str, str]:
    """For each label's reference (verification.labelling), who told it."""
    references = {each.reference for each in judgements}
    reports = {reference: _number(reference) for reference in references if reference.startswith(f"{REPORT}:")}
    sources = dict(Report.objects.filter(pk__in=set(reports.values())).values_list("pk", "source"))
    told = {reference: sources.get(number, REPORT) for reference, number in reports.items()}
    return {reference: OTHERS.get(reference.partition(":")[0], "") for reference in references} | told


def heard(examples: Sequence[Example]) -> list[str]:
    """Those who told of somebody, who told of most first."""
    counts = Counter(example.told_by for example in examples if example.told_by)
    return [teller for teller, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def counted(teller: str, examples: Sequence[Example]) -> dict[str, Any]:
    """Of how many accounts somebody told what, and how likely the policy in force held these to be abusive."""
    told = [example for example in examples if example.told_by == teller]
    sides = {"abusive": [one for one in told if one.abuse], "honest": [one for one in told if not one.abuse]}
    means = {f"{side}_scored": _mean([one.scored for one in some]) for side, some in sides.items()}
    return {"teller": teller, **{side: len(some) for side, some in sides.items()}, **means}


def _mean(scores: Sequence[float]) -> float | None:
    return sum(scores) / len(scores) if scores else None


def _number(reference: str) -> int:
    return int(reference.partition(":")[2].partition(".")[0])
