"""What next_checks says is what comes of it: accounts are judged with the proofs that they would have."""

from dataclasses import replace

import pytest

from risk.facts import Facts, Word
from risk.outcome import Outcome
from risk.policies.store import active
from risk.scoring import judge
from tests.risk.alice import ALICE, with_
from tiers.ladder import CheckKind
from tiers.standing import ladder, next_steps, stand

ALL = frozenset(CheckKind)
CHALLENGED = replace(with_("mailbox", disposable=True), network=with_("network", as_kind="hosting").network)

pytestmark = pytest.mark.django_db


def judged(facts: Facts) -> Outcome:
    return judge(facts, active().policy).outcome


def judged_whole(facts: Facts) -> tuple[Outcome, float]:
    verdict = judge(facts, active().policy)
    return verdict.outcome, verdict.score


def test_the_facts_of_these_tests_are_challenged() -> None:
    assert (judged(ALICE), judged(CHALLENGED)) == (Outcome.ALLOW, Outcome.CHALLENGE)


@pytest.mark.parametrize("facts", [ALICE, CHALLENGED], ids=["allowed", "challenged"])
def test_who_passes_what_is_offered_stands_where_it_said(facts: Facts) -> None:
    for step in next_steps(facts, *judged_whole(facts), possible=ALL):
        for way in step.any_of:
            then = replace(facts, proofs=tuple(sorted(way)))
            reached = stand(then, judge(then, active().policy), active()).rung.tier
            assert ladder().height(reached) >= ladder().height(step.tier)


def test_a_challenged_person_is_offered_what_lowers_the_score_enough() -> None:
    """Basic admits no challenge; a phone or a card brings the score below it, a mailbox does not."""
    basic = next(
        step for step in next_steps(CHALLENGED, *judged_whole(CHALLENGED), possible=ALL) if step.tier == "basic"
    )
    assert (CheckKind.EMAIL,) not in basic.any_of
    assert any(CheckKind.PHONE in way for way in basic.any_of)
    assert any(CheckKind.PHONE not in way for way in basic.any_of)


def test_no_proof_outweighs_an_analysts_word() -> None:
    assert next_steps(replace(ALICE, word=Word.DENY), Outcome.DENY, 1.0, possible=ALL) == ()
