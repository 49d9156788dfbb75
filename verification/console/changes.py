"""What an assessment says that the one before it did not: scores, reasons and facts, side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from risk.explaining import moved, words_of
from risk.models import Assessment
from risk.policy import Policy
from risk.scoring import CAP
from verification.console.readable import fact_groups
from verification.console.waterfall import multiplier_text

FACTS_MOST = 20  # shown; how many more there are is told
NOT_GIVEN = "not given"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was. `code` names a reason; it is empty for a fact."""

    what: str
    before: str
    after: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that is not as it was in the assessment `before`."""

    before: Assessment
    new_policy: bool
    reasons: Sequence[Change]
    facts: Sequence[Change]
    further: int  # facts that changed and are not shown


def since(before: Assessment, after: Assessment, policy: Policy | None) -> Changes:
    """What changed between two assessments of one account; reasons are in the words of the later one's policy."""
    facts = list(_facts(before.facts, after.facts))
    return Changes(
        before=before,
        new_policy=before.policy_digest != after.policy_digest,
        reasons=list(_reasons(before, after, policy)),
        facts=facts[:FACTS_MOST],
        further=max(0, len(facts) - FACTS_MOST),
    )


def _reasons(before: Assessment, after: Assessment, policy: Policy | None) -> Iterator[Change]:
    families = {line["code"]: line["family"] for line in (*before.reasons, *after.reasons)}
    for each in moved(_weights(before), _weights(after)):
        if each.code.startswith(CAP):
            continue  # it follows from the others
        words = words_of(each.code, families.get(each.code, ""), policy)
        yield Change(words, _told(each.before), _told(each.after), each.code)
    if before.prior != after.prior:
        yield Change("Before anything is known", f"{before.prior:+.2f}", f"{after.prior:+.2f}", "prior")


def _weights(assessment: Assessment) -> dict[str, float]:
    return {line["code"]: float(line["weight"]) for line in assessment.reasons}


def _told(weight: float | None) -> str:
    return NOT_GIVEN if weight is None else multiplier_text(weight)


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    had, has = _lines(before), _lines(after)
    for place in dict.fromkeys([*has, *had]):  # in the order of the page
        if had.get(place) != has.get(place):
            title, label = place
            yield Change(f"{title}: {label}", had.get(place, NOT_GIVEN), has.get(place, NOT_GIVEN))
    for name in ("proofs", "reports", "word"):
        if before.get(name) != after.get(name):
            yield Change(name, _list(before.get(name)), _list(after.get(name)))
    set_before, set_after = ((stored.get("override") or {}).get("tier") for stored in (before, after))
    if set_before != set_after:
        yield Change("tier set by hand", _list(set_before), _list(set_after))


def _lines(stored: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {(group.title, label): value for group in fact_groups(stored) for label, value in group.lines}


def _list(value: Any) -> str:
    if not value:
        return "none"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
