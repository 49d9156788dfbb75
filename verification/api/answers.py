"""What callers are answered: one form of a signup, whichever call asked for it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from rest_framework import serializers

from risk.explaining import words_of
from risk.facts import Facts
from risk.models import Assessment
from risk.outcome import Outcome
from risk.policies.store import version_of
from risk.policy import Policy
from risk.scoring import Reason
from tiers.ladder import CheckKind, NextStep
from tiers.standing import next_steps
from verification.appeal_links import link_of
from verification.checks import CHECKS
from verification.checks.interface import CodeCheck
from verification.explanation import Explanation, explain
from verification.languages import language_of
from verification.models import Check, Signup
from verification.proving import TRIES, on_offer
from verification.states import CheckStatus, SignupState


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; docs/reasons.md lists all.")
    words = serializers.CharField(help_text="For analysts, not for the person.")
    weight = serializers.FloatField(help_text="In log-odds; the weights and the prior add up to the score.")
    multiplier = serializers.FloatField(help_text="How many times likelier abuse becomes.")
    direction = serializers.ChoiceField(["against", "for"])


class CheckSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(list(CheckKind))
    status = serializers.ChoiceField(list(CheckStatus))
    channel = serializers.CharField(allow_blank=True, help_text="How the code travels; empty where none does.")
    sent_to = serializers.CharField(allow_null=True, help_text="Masked.")
    challenge = serializers.DictField(
        allow_null=True, help_text="While it waits: what the page needs to answer, or to lead to the outside party."
    )
    tries_left = serializers.IntegerField()
    expires_at = serializers.DateTimeField(allow_null=True)


class NextStepSerializer(serializers.Serializer[Any]):
    tier = serializers.CharField()
    any_of = serializers.ListField(
        child=serializers.ListField(child=serializers.ChoiceField(list(CheckKind))),
        help_text="Sets of checks; passing all of any one of them opens the tier. The cheapest first.",
    )
    cheapest = serializers.ListField(
        child=serializers.ChoiceField(list(CheckKind)), help_text="The set that asks least of the person and of us."
    )


class AskSerializer(serializers.Serializer[Any]):
    check = serializers.ChoiceField(list(CheckKind))
    text = serializers.CharField(help_text="What it asks of the person, and how long it takes.")


class ExplanationSerializer(serializers.Serializer[Any]):
    """What the person may be shown. It holds nothing of why: for that there are `reasons`, which are yours alone."""

    language = serializers.ChoiceField([code for code, _ in settings.LANGUAGES], help_text="By accept_language.")
    title = serializers.CharField()
    text = serializers.CharField()
    ways = serializers.ListField(
        child=AskSerializer(many=True),
        help_text="Passing all checks of any one of these opens more. What asks least comes first.",
    )


class SignupAnswer(serializers.Serializer[Any]):
    """A signup: what was decided, why, and what would raise the tier."""

    id = serializers.CharField()
    account_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    state = serializers.ChoiceField(list(SignupState))
    outcome = serializers.ChoiceField(list(Outcome))
    score = serializers.FloatField(
        allow_null=True, help_text="100 times the probability of abuse; null without the scope scores:read."
    )
    tier = serializers.CharField()
    held = serializers.BooleanField(help_text="Risk, not lack of proof, keeps the account below what its proofs open.")
    provisional = serializers.BooleanField(
        help_text="Some lookups had no answer; the decision can still move by itself."
    )
    policy = serializers.CharField(help_text="The policy version that judged.")
    reasons = ReasonSerializer(many=True, help_text="None are told without the scope scores:read.")
    checks = CheckSerializer(many=True)
    next_checks = NextStepSerializer(many=True)
    explanation = ExplanationSerializer()
    appeal_url = serializers.CharField(
        allow_null=True, help_text="The person's own page, to ask for a second look; null where all is open."
    )
    warnings = serializers.ListField(child=serializers.CharField())


def signup_answer(
    signup: Signup, assessment: Assessment, *, at: datetime, checks: Sequence[Check] = (), warnings: Sequence[str] = ()
) -> dict[str, Any]:
    """The signup object of the API."""
    account = signup.account
    facts = Facts.from_json(assessment.facts)
    possible = frozenset(kind for kind in CheckKind if on_offer(kind))
    steps = next_steps(facts, Outcome(account.outcome), account.score, possible=possible)
    judged_by = version_of(assessment.policy_digest)
    policy = judged_by.policy if judged_by else None
    return {
        "id": signup.public_id,
        "account_id": account.account_id,
        "created_at": signup.created_at,
        "state": signup.state,
        "outcome": account.outcome,
        "score": round(account.score, 2),
        "tier": account.tier,
        "held": account.held,
        "provisional": facts.provisional,
        "policy": assessment.policy_digest[:12],
        "reasons": [reason_answer(line, policy) for line in assessment.reasons],
        "checks": [check_answer(check, signup, at=at) for check in _latest(checks)],
        "next_checks": [_step_answer(step) for step in steps],
        "explanation": explanation_answer(explain(Outcome(account.outcome), steps), language_of(signup)),
        "appeal_url": link_of(signup),
        "warnings": list(warnings),
    }


def explanation_answer(told: Explanation, language: str) -> dict[str, Any]:
    """An explanation in the person's language."""
    with translation.override(language):
        return {
            "language": language,
            "title": str(told.title),
            "text": " ".join(map(str, told.texts)),
            "ways": [[{"check": ask.check, "text": str(ask.text)} for ask in way] for way in told.ways],
        }


def reason_answer(line: Mapping[str, Any], policy: Policy | None) -> dict[str, Any]:
    """One stored line of an assessment in words."""
    reason = Reason(line["code"], line["family"], line["weight"])
    return {
        "code": reason.code,
        "words": words_of(reason.code, reason.family, policy),
        "weight": round(reason.weight, 4),
        "multiplier": round(reason.multiplier, 4),
        "direction": "against" if reason.weight > 0 else "for",
    }


def check_answer(check: Check, signup: Signup, *, at: datetime) -> dict[str, Any]:
    """One check as the person's page may show it."""
    waiting = check.status == CheckStatus.SENT and check.expires_at is not None and check.expires_at > at
    over = check.status == CheckStatus.SENT and check.expires_at is not None and check.expires_at <= at
    return {
        "kind": check.kind,
        "status": CheckStatus.EXPIRED if over else check.status,
        "channel": check.channel,
        "sent_to": _sent_to(check, signup.person),
        "challenge": check.challenge["shown"] if check.challenge and waiting else None,
        "tries_left": max(0, TRIES - check.tries),
        "expires_at": check.expires_at,
    }


def _sent_to(check: Check, person: Mapping[str, Any]) -> str | None:
    kind = CHECKS.get(CheckKind(check.kind))
    to = kind.recipient(person) if isinstance(kind, CodeCheck) else None
    return kind.masked(to) if to and isinstance(kind, CodeCheck) else None


def _latest(checks: Iterable[Check]) -> Iterable[Check]:
    """The last check of each kind: the earlier ones are history."""
    return {check.kind: check for check in sorted(checks, key=lambda check: check.pk)}.values()


def _step_answer(step: NextStep) -> dict[str, Any]:
    return {"tier": step.tier, "any_of": [list(way) for way in step.any_of], "cheapest": list(step.any_of[0])}
