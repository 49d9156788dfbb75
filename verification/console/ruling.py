"""One assessment as the page of a signup shows it: drawn, beside the one before it and what shadows said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from risk.friction import EASED_CODE
from risk.models import Assessment, StoredPolicy
from risk.outcome import Outcome
from risk.policy import Policy, parse
from risk.policyerror import PolicyError
from risk.signals import REASON_CODES
from tiers.models import Account
from verification.console.changes import Changes, since
from verification.console.readable import FactGroup, fact_groups
from verification.console.waterfall import Waterfall, draw
from verification.console.whatif import WhatIf, what_if


@dataclass(frozen=True, slots=True)
class Said:
    """What a policy in shadow said of the same facts."""

    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """One assessment, drawn. `because` says what set the outcome where that was not the score alone."""

    assessment: Assessment
    is_latest: bool
    waterfall: Waterfall
    because: str
    eased: str  # how the threshold of challenge was another than the policy's, where it was
    unknown: Sequence[tuple[str, str]]
    missing: Sequence[tuple[str, str]]
    facts: Sequence[FactGroup]
    changes: Changes | None  # None: it is the first
    shadows: Sequence[Said]
    otherwise: WhatIf | None


def ruling_on(account: Account, *, chosen: int | None, latest: int) -> Ruling:
    """The chosen assessment of an account, by default the latest, with the one before it. Two queries.

    Raises:
        Assessment.DoesNotExist: `chosen` is no assessment of this account.

    """
    wanted = latest if chosen is None else chosen
    found = list(Assessment.objects.filter(subject=account.pk, pk__lte=wanted).order_by("-pk")[:2])
    if not found or found[0].pk != wanted:
        raise Assessment.DoesNotExist
    assessment, before = found[0], found[1] if len(found) > 1 else None
    stored = _policies({assessment.policy_digest, *assessment.shadows})
    policy = _parsed(stored.get(assessment.policy_digest))
    eased = _eased(assessment)
    return Ruling(
        assessment=assessment,
        is_latest=assessment.pk == latest,
        waterfall=draw(assessment.prior, _weighty(assessment), _thresholds(policy, eased), policy=policy),
        because=_because(assessment, policy),
        eased=_eased_words(eased) if eased else "",
        unknown=sorted(assessment.unknown.items()),
        missing=sorted((assessment.facts.get("missing") or {}).items()),
        facts=fact_groups(assessment.facts),
        changes=since(before, assessment, policy) if before else None,
        shadows=[_said(stored.get(digest), digest, said) for digest, said in sorted(assessment.shadows.items())],
        otherwise=what_if(assessment, policy),
    )


def _policies(digests: set[str]) -> dict[str, StoredPolicy]:
    return {stored.digest: stored for stored in StoredPolicy.objects.filter(digest__in=digests)}


def _parsed(stored: StoredPolicy | None) -> Policy | None:
    """None where the version is gone, or is one that no release of today can read: the page is shown all the same."""
    try:
        return parse(stored.document, known_reasons=REASON_CODES, past=True) if stored else None
    except PolicyError:
        return None


def _weighty(assessment: Assessment) -> list[dict[str, Any]]:
    return [line for line in assessment.reasons if line["code"] != EASED_CODE]


def _thresholds(policy: Policy | None, eased: Mapping[str, Any]) -> dict[str, float]:
    thresholds = {str(outcome): share for outcome, share in policy.thresholds.items()} if policy else {}
    return thresholds | ({str(Outcome.CHALLENGE): eased["threshold"] / 100} if eased else {})


def _eased(assessment: Assessment) -> dict[str, Any]:
    """What the line of an eased threshold tells; empty without one."""
    line = next((line for line in assessment.reasons if line["code"] == EASED_CODE), None)
    return dict(line["evidence"]) if line else {}


def _eased_words(told: Mapping[str, Any]) -> str:
    return (
        f"Challenged from {told['threshold']:g} instead of {told['instead_of']:g}: "
        f"{told['dimension']} {told['group']} was over its budget of challenges."
    )


def _because(assessment: Assessment, policy: Policy | None) -> str:
    if word := assessment.facts.get("word"):
        return f"An analyst's word, {word}, decides, whatever the score."
    if assessment.facts.get("forced"):
        return "A test key asked for this outcome."
    floors = policy.floors if policy else {}
    floor = next((line["code"] for line in assessment.reasons if floors.get(line["code"]) == assessment.outcome), None)
    if floor:
        return f"With {floor.replace('_', ' ')} the policy decides {assessment.outcome} at least, whatever the score."
    return ""


def _said(stored: StoredPolicy | None, digest: str, said: Mapping[str, Any]) -> Said:
    name = f"{stored.name} {digest[:12]}" if stored else digest[:12]
    if "fault" in said:
        return Said(name, f"could not judge ({said['fault']})")
    return Said(name, f"would have said {said['outcome']} at {said['score']:.1f}, tier {said['tier']}")
