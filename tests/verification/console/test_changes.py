"""What changed since the assessment before is told with the reasons' words and the facts' names."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from risk.facts import Facts
from risk.models import Assessment
from risk.policies.store import DEFAULT, read
from risk.policy import parse
from risk.scoring import judge
from risk.signals import REASON_CODES, WORDS
from tests.risk.alice import ALICE, with_
from verification.console.changes import FACTS_MOST, NOT_GIVEN, Change, Changes, since

AT = datetime(2026, 11, 23, tzinfo=UTC)
POLICY = parse(read(DEFAULT), known_reasons=REASON_CODES)


def assessed(facts: Facts, *, prior: float | None = None, digest: str = "") -> Assessment:
    verdict = judge(facts, POLICY)
    lines: list[dict[str, Any]] = [
        {"code": reason.code, "family": reason.family, "weight": reason.weight} for reason in verdict.reasons
    ]
    return Assessment(
        subject=1,
        at=AT,
        facts=facts.as_json(),
        outcome=verdict.outcome,
        score=verdict.score,
        prior=verdict.prior if prior is None else prior,
        reasons=lines,
        policy_digest=digest or verdict.policy,
    )


def told(before: Assessment, after: Assessment) -> Changes:
    return since(before, after, POLICY)


def test_a_proof_that_came_is_told_as_reason_and_as_fact() -> None:
    changes = told(assessed(ALICE), assessed(replace(ALICE, proofs=("email",), at=AT + timedelta(hours=1))))
    (reason,) = changes.reasons
    assert (reason.what, reason.code, reason.before) == (WORDS["proven_email"], "proven_email", NOT_GIVEN)
    assert reason.after.endswith("less likely") or reason.after == "half as likely"
    assert list(changes.facts) == [Change("proofs", "none", "email")]
    assert not changes.new_policy


def test_a_reason_that_went_is_told_with_the_fact_behind_it() -> None:
    changes = told(assessed(with_("network", as_kind="hosting")), assessed(ALICE))
    assert [(change.code, change.after) for change in changes.reasons] == [("network_hosting", NOT_GIVEN)]
    assert "hosting" in [change.before for change in changes.facts]


def test_another_policy_and_its_prior_are_told() -> None:
    changes = told(assessed(ALICE), assessed(ALICE, prior=-2.0, digest="another"))
    assert changes.new_policy
    assert changes.reasons == [Change("Before anything is known", f"{POLICY.prior:+.2f}", "-2.00", "prior")]


def test_lines_of_caps_follow_from_the_others_and_are_left_out() -> None:
    many = dict.fromkeys(ALICE.velocity or {}, 60)
    changes = told(assessed(ALICE), assessed(replace(ALICE, velocity=many)))
    assert len(changes.reasons) > 1
    assert not [change for change in changes.reasons if change.code.startswith("cap_")]


def test_the_same_again_changed_nothing_and_much_is_cut_short() -> None:
    same = told(assessed(ALICE), assessed(ALICE))
    assert (same.reasons, same.facts, same.further) == ([], [], 0)
    bare = replace(ALICE, network=None, browser=None, device=None, mailbox=None, phone=None, velocity=None, form=None)
    cut = told(assessed(ALICE), assessed(bare))
    assert len(cut.facts) == FACTS_MOST
    assert cut.further > 0
