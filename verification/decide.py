"""The one place where anything is decided. Every journey ends here, inside its own transaction.

Signals look at the facts, the verdict places the account on the ladder, and what changed is written down: assessment,
grant, case and events, together or not at all. Nothing here waits for a network.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from config.lib.rows import insert, update
from risk.facts import Facts, StandingFacts, Word
from risk.identifiers import Identifiers, Shown, store
from risk.models import Assessment
from risk.outcome import Outcome
from risk.policies.store import Version, in_force
from risk.rings.tells import told
from risk.rings.traces import Trace
from risk.scoring import Verdict, judge
from tiers import changes
from tiers.ladder import Placement
from tiers.models import Account, Grant
from tiers.standing import stand
from verification import outbox
from verification.events import AccountRedecided, CaseOpened, Happening, LookupsRequested, SignupDecided, TierChanged
from verification.models import Case, Proof, Signup
from verification.pace import DECISIONS, STAGE_SECONDS
from verification.settling import Told, settle
from verification.states import BY_HAND, STATE_OF, AppealResult, Cause

log = logging.getLogger(__name__)
CASE = "signup"  # the kind of case that a decision opens
MOVING = ("rising_to", "rising_since", "override_until")


class OutsideTransaction(RuntimeError):
    """`decide` was called with no transaction open: what it writes would not hang together."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to decide on: an account with its signup, both new or with the account's row locked."""

    account: Account
    signup: Signup
    facts: Facts
    identifiers: Identifiers = field(default_factory=dict)  # new ones only
    trace: Trace | None = None  # of a new account, unless it is a test's


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, with what it changed."""

    matter: Matter
    verdict: Verdict
    placement: Placement
    assessment: Assessment
    is_new: bool
    before: tuple[str, str, bool]  # tier, outcome and held until now
    score_before: float
    budget_before: str
    granted: bool  # whether its history has a new entry: another tier, or a hand that sets it or lets it go

    @property
    def account(self) -> Account:
        """The account, as decided."""
        return self.matter.account

    @property
    def tier_changed(self) -> bool:
        """Whether the account now stands on another rung, or on its first."""
        return self.is_new or self.before[0] != self.account.tier

    @property
    def changed(self) -> bool:
        """Whether tier, outcome or held are other than before."""
        return self.is_new or self.before != (self.account.tier, self.account.outcome, self.account.held)

    @property
    def has_new_version(self) -> bool:
        """Whether what was answered of the account before, and signed, is good no more."""
        standing = (self.account.tier, self.account.budget)
        return not self.is_new and standing != (self.before[0], self.budget_before)

    @property
    def asks_for_a_case(self) -> bool:
        """Whether an analyst has to look at this account alone. What a ring holds is looked at as a ring."""
        return self.account.outcome == Outcome.REVIEW and not self.account.budget and not self.account.test


def decide(matters: Sequence[Matter], *, cause: Cause) -> list[Decision]:
    """Judge each matter under the active policy and write down what follows, in the caller's transaction.

    Raises:
        OutsideTransaction: there is none.

    """
    if not connection.in_atomic_block:
        raise OutsideTransaction
    with STAGE_SECONDS.labels("judge").time():
        decisions = _judge(matters, cause)
    with STAGE_SECONDS.labels("write").time():
        _write(decisions, cause)
    for decision in decisions:
        DECISIONS.labels(cause, decision.account.outcome).inc()
    return decisions


def _write(decisions: Sequence[Decision], cause: Cause) -> None:
    _write_accounts(decisions)
    _write_records(decisions, cause)
    changes.record([decision.account for decision in decisions if decision.has_new_version], at=_at(decisions))
    opened = _write_cases(decisions)
    happened = [event for decision in decisions for event in _events(decision, cause, opened)]
    outbox.write([*happened, *_resolved(decisions)], at=_at(decisions))


def foretell(facts: Facts, account: Account, cause: Cause) -> tuple[str, str]:
    """Which tier and outcome an account would come to on these facts now. Nothing is written."""
    verdict, placement = _under(in_force().active, replace(facts, standing=_standing(account, cause)))
    return placement.rung.tier, str(verdict.outcome)


def _judge(matters: Sequence[Matter], cause: Cause) -> list[Decision]:
    judging = in_force()
    decisions = []
    for given in matters:
        matter = replace(given, facts=replace(given.facts, standing=_standing(given.account, cause)))
        verdict, placement = _under(judging.active, matter.facts)
        shadows = {version.policy.digest: _shadow(version, matter.facts) for version in judging.shadows}
        decisions.append(_place(matter, verdict, placement, cause))
        decisions[-1].assessment.shadows = shadows
    return decisions


def _under(version: Version, facts: Facts) -> tuple[Verdict, Placement]:
    verdict = judge(facts, version.policy)
    return verdict, stand(facts, verdict, version)


def _standing(account: Account, cause: Cause) -> StandingFacts | None:
    """Where it stands until now; nowhere, where it is new."""
    is_new = account.pk is None
    return None if is_new else StandingFacts(account.tier, cause, account.rising_to or None, account.rising_since)


def _shadow(version: Version, facts: Facts) -> dict[str, Any]:
    """What a policy in shadow says. It changes nothing, so a fault of its own stops nothing either."""
    try:
        verdict, placement = _under(version, facts)
    except Exception as fault:
        log.exception("A policy in shadow failed.", extra={"policy": version.policy.digest})
        return {"fault": type(fault).__name__}
    return {"outcome": verdict.outcome, "score": verdict.score, "tier": placement.rung.tier}


def _place(matter: Matter, verdict: Verdict, placement: Placement, cause: Cause) -> Decision:
    account, signup = matter.account, matter.signup
    is_new = account.pk is None
    before, score_before = (account.tier, account.outcome, account.held), account.score
    budget_before, account.budget = account.budget, budget_of(matter.facts)
    account.outcome, account.score = verdict.outcome, verdict.score
    account.held = placement.held
    granted = _stand_on(account, placement, _until(matter.facts, placement)) or is_new or cause in BY_HAND
    if not is_new and (granted or budget_before != account.budget):
        account.version += 1
    signup.state = STATE_OF[verdict.outcome]
    assessment = _assessment(matter, verdict, cause)
    return Decision(matter, verdict, placement, assessment, is_new, before, score_before, budget_before, granted)


def _stand_on(account: Account, placement: Placement, until: datetime | None) -> bool:
    """Put the account there; whether its tier, or until when a hand set it, is another than before."""
    rising = placement.rising
    before = (account.tier, account.override_until)
    account.rising_to, account.rising_since = (rising.tier, rising.since) if rising else ("", None)
    account.tier, account.override_until = placement.rung.tier, until
    return before != (account.tier, account.override_until)


def _until(facts: Facts, placement: Placement) -> datetime | None:
    """Until when a hand set the tier; None where none did, or where risk is confirmed and outweighs it."""
    return facts.override.until if placement.by_hand and facts.override is not None else None


def budget_of(facts: Facts) -> str:
    """Whose quota an account draws on, where it is not its own: that of its ring, unless an analyst spoke for it."""
    return f"ring:{facts.ring.id}" if facts.ring is not None and facts.word is not Word.APPROVE else ""


def _assessment(matter: Matter, verdict: Verdict, cause: Cause) -> Assessment:
    return Assessment(
        at=matter.facts.at,
        cause=cause,
        facts=matter.facts.as_json(),
        policy_digest=verdict.policy,
        outcome=verdict.outcome,
        score=verdict.score,
        prior=verdict.prior,
        reasons=msgspec.to_builtins(verdict.reasons),
        unknown=dict(verdict.unknown),
    )


def _write_accounts(decisions: Sequence[Decision]) -> None:
    new = [decision for decision in decisions if decision.is_new]
    insert([decision.account for decision in new])
    for decision in new:
        decision.matter.signup.account = decision.account
    insert([decision.matter.signup for decision in new])
    known = [decision for decision in decisions if not decision.is_new]
    _set_expiry([decision.account for decision in known])
    fields = (*("tier", "outcome", "score", "held", "version", "budget", "expires_at"), *MOVING)
    update([decision.account for decision in known], fields=fields)
    update([decision.matter.signup for decision in known], fields=("state",))


def _set_expiry(accounts: Sequence[Account]) -> None:
    """When the first proof of each lapses and it is decided anew: what a tier rests on is told with the tier."""
    counting = Proof.objects.filter(account__in=accounts, lapsed_at=None).values("account")
    rows = counting.annotate(first=Min("lapses_at")).values_list("account_id", "first") if accounts else ()
    first: dict[int, datetime | None] = dict(rows)
    for account in accounts:
        account.expires_at = first.get(account.pk)


def _write_records(decisions: Sequence[Decision], cause: Cause) -> None:
    for decision in decisions:
        decision.assessment.subject = decision.account.pk
    insert([decision.assessment for decision in decisions])
    store(_shown(decision) for decision in decisions)
    grants = [
        Grant(
            account=decision.account,
            at=decision.matter.facts.at,
            tier=decision.account.tier,
            cause=cause,
            assessment_id=decision.assessment.pk,
            version=decision.account.version,
            until=decision.account.override_until,
        )
        for decision in decisions
        if decision.granted
    ]
    insert(grants)


def _shown(decision: Decision) -> Shown:
    matter = decision.matter
    tells = told(reason.code for reason in decision.verdict.reasons) if matter.trace is not None else ()
    return Shown(decision.account.pk, matter.facts.at, matter.identifiers, matter.trace, tells)


def _write_cases(decisions: Iterable[Decision]) -> dict[int, Case]:
    """Open a case for each account that now waits for review, close it for each that no longer does."""
    waiting = [decision for decision in decisions if decision.asks_for_a_case and _was_not(decision)]
    waiting += _let_go([decision for decision in decisions if decision.asks_for_a_case and not _was_not(decision)])
    done = [
        decision.account.pk
        for decision in decisions
        if not decision.is_new and decision.account.outcome != Outcome.REVIEW and not _was_not(decision)
    ]
    if done:
        Case.objects.filter(account__in=done, kind=CASE, closed_at=None).update(closed_at=_at(decisions))
    cases = [_case(decision) for decision in waiting]
    return {case.account_id: case for case in Case.objects.bulk_create(cases)}


def _case(decision: Decision) -> Case:
    """Its clock runs from now on, though it be of history."""
    opened = decision.matter.facts.at
    due = max(opened, timezone.now()) + timedelta(hours=settings.CASE_HOURS)
    return Case(account=decision.account, kind=CASE, opened_at=opened, due_at=due)


def _let_go(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that a ring held in review and that wait there without it: their cases were not opened, or are open yet."""
    freed = {decision.account.pk: decision for decision in decisions if decision.budget_before}
    standing = Case.objects.filter(account__in=freed, kind=CASE, closed_at=None).values_list("account_id", flat=True)
    for pk in standing if freed else ():
        del freed[pk]
    return list(freed.values())


def _resolved(decisions: Iterable[Decision]) -> list[Told]:
    """Who is allowed now and was not has nothing left to appeal."""
    cleared = [
        decision.account
        for decision in decisions
        if decision.changed and not decision.is_new and not decision.account.held and _is_allowed(decision)
    ]
    return settle(cleared, AppealResult.RESOLVED, at=_at(decisions)) if cleared else []


def _is_allowed(decision: Decision) -> bool:
    return decision.account.outcome == Outcome.ALLOW


def _was_not(decision: Decision) -> bool:
    return decision.is_new or decision.before[1] != Outcome.REVIEW


def _events(decision: Decision, cause: Cause, opened: dict[int, Case]) -> Iterable[tuple[Account, Happening]]:
    account = decision.account
    name = account.account_id
    if decision.is_new:
        yield (
            account,
            SignupDecided(
                name, decision.matter.signup.public_id, account.outcome, round(account.score, 2), account.tier
            ),
        )
        if pending := decision.matter.facts.pending:
            yield account, LookupsRequested(name, pending)
    elif decision.changed or decision.score_before != account.score:
        yield account, AccountRedecided(name, cause, account.outcome, round(account.score, 2), account.held)
    if decision.tier_changed and not decision.is_new:
        yield account, TierChanged(name, cause, decision.before[0], account.tier, account.version)
    if account.pk in opened:
        yield account, CaseOpened(name, opened[account.pk].pk, opened[account.pk].kind)


def _at(decisions: Iterable[Decision]) -> datetime:
    return max(decision.matter.facts.at for decision in decisions)
