"""A verdict explains itself: prior, reasons and caps add up to the score."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest

from risk.facts import DeviceFacts, Eased, Facts, MailboxFacts, NetworkFacts, TokenState, Word
from risk.outcome import Outcome
from risk.policies.store import DEFAULT, read
from risk.policy import Policy, parse
from risk.scoring import foresee, judge, probability
from risk.signals import REASON_CODES, SIGNALS

POLICY: Policy = parse(read(DEFAULT), known_reasons=REASON_CODES)
NOTHING = Facts(at=datetime(2026, 8, 3, tzinfo=UTC), token=TokenState.ABSENT)
DISPOSABLE = MailboxFacts(
    valid=True,
    domain="mailinator.com",
    disposable=True,
    free=False,
    role=False,
    tagged=False,
    local_length=8,
    digits=0,
    entropy=2.5,
    name_match=None,
)
AUTOMATED = DeviceFacts(
    known_days=None,
    platform="Linux x86_64",
    timezone=None,
    timezone_offset=None,
    languages=(),
    webgl_vendor=None,
    webgl_renderer="SwiftShader",
    screen=None,
    fonts=None,
    hardware_concurrency=None,
    device_memory=None,
    touch_points=None,
    webdriver=True,
    bot="headless_chrome",
)
BAD = replace(NOTHING, mailbox=DISPOSABLE, device=AUTOMATED, network=NetworkFacts(scope="public", as_kind="hosting"))


def test_knowing_nothing_leaves_the_prior_and_counts_no_signal_as_clear() -> None:
    verdict = judge(NOTHING, POLICY)
    assert verdict.score == pytest.approx(2.0)
    assert verdict.reasons == ()
    assert len(verdict.unknown) > len(SIGNALS) / 2


def test_the_weights_add_up_to_the_score() -> None:
    verdict = judge(BAD, POLICY)
    log_odds = verdict.prior + sum(reason.weight for reason in verdict.reasons)
    assert verdict.score == pytest.approx(100 / (1 + math.exp(-log_odds)))
    assert verdict.score > 90


def test_correlated_signals_add_no_more_than_their_familys_cap() -> None:
    verdict = judge(BAD, POLICY)
    automation = sum(reason.weight for reason in verdict.reasons if reason.family == "automation")
    assert automation == pytest.approx(math.log(60))
    assert any(reason.code == "cap_automation" and reason.weight < 0 for reason in verdict.reasons)


def test_the_order_of_reasons_does_not_change_a_bit_of_the_score() -> None:
    verdict = judge(BAD, POLICY)
    assert probability(verdict.prior, reversed(verdict.reasons)) == probability(verdict.prior, verdict.reasons)


@pytest.mark.parametrize(
    ("word", "outcome"), [(Word.APPROVE, Outcome.ALLOW), (Word.HOLD, Outcome.REVIEW), (Word.DENY, Outcome.DENY)]
)
def test_an_analysts_word_outweighs_the_score_and_leaves_it_as_it_is(word: Word, outcome: Outcome) -> None:
    for facts in (NOTHING, BAD):
        verdict = judge(replace(facts, word=word), POLICY)
        assert verdict.outcome is outcome
        assert verdict.score == judge(facts, POLICY).score


def test_a_replayed_token_is_challenged_however_low_the_score() -> None:
    lenient = replace(POLICY, thresholds={**POLICY.thresholds, Outcome.CHALLENGE: 0.9})
    assert judge(replace(NOTHING, token=TokenState.REPLAYED), lenient).outcome is Outcome.CHALLENGE


def test_facts_come_back_from_storage_as_they_were_and_judge_the_same() -> None:
    again = Facts.from_json(BAD.as_json())
    assert again == BAD
    assert judge(again, POLICY) == judge(BAD, POLICY)


@pytest.mark.parametrize("facts", [NOTHING, replace(NOTHING, device=AUTOMATED, mailbox=DISPOSABLE)])
def test_an_outcome_foreseen_is_the_one_that_comes(facts: Facts) -> None:
    """For every set of proofs, as judging in full says."""
    kinds = ("document", "email", "passkey", "payment", "phone", "proof_of_work")
    foreseen = foresee(facts, POLICY)
    for size in range(len(kinds) + 1):
        for proofs in combinations(kinds, size):
            assert foreseen(proofs)[0] == judge(replace(facts, proofs=proofs), POLICY).outcome


EASED_POLICY = parse({**read(DEFAULT), "friction": {"budget": 0.1, "most_eased": 5}}, known_reasons=REASON_CODES)


def _threshold(facts: Facts, policy: Policy) -> tuple[Outcome, ...]:
    """The outcomes at the thresholds of challenge, four points above it, of review and of deny, by the facts alone."""
    shares = (policy.thresholds[Outcome.CHALLENGE], policy.thresholds[Outcome.CHALLENGE] + 0.04)
    rest = (policy.thresholds[Outcome.REVIEW], policy.thresholds[Outcome.DENY])
    return tuple(
        judge(facts, replace(policy, prior=math.log(share / (1 - share)) + 1e-9)).outcome for share in (*shares, *rest)
    )


def test_an_eased_threshold_moves_challenge_and_nothing_else() -> None:
    eased = replace(NOTHING, eased=Eased("language", "is", 5.0))
    plain = _threshold(NOTHING, EASED_POLICY)
    assert plain == (Outcome.CHALLENGE, Outcome.CHALLENGE, Outcome.REVIEW, Outcome.DENY)
    assert _threshold(eased, EASED_POLICY) == (Outcome.ALLOW, Outcome.ALLOW, Outcome.REVIEW, Outcome.DENY)


def test_an_eased_threshold_is_told_with_the_verdict_and_weighs_nothing() -> None:
    plain, eased = (judge(replace(BAD, eased=each), EASED_POLICY) for each in (None, Eased("country", "BR", 3.0)))
    line = eased.reasons[-1]
    assert (line.code, line.weight) == ("challenge_eased", 0.0)
    assert dict(line.evidence) == {"dimension": "country", "group": "BR", "threshold": 23.0, "instead_of": 20.0}
    assert (eased.score, eased.reasons[:-1]) == (plain.score, plain.reasons)


def test_the_policy_that_judges_says_how_far_a_threshold_gives_way() -> None:
    eased = replace(NOTHING, eased=Eased("country", "BR", 20.0))
    assert dict(judge(eased, EASED_POLICY).reasons[-1].evidence)["threshold"] == 25.0
    assert _threshold(eased, POLICY) == _threshold(NOTHING, POLICY)
    assert judge(eased, POLICY) == judge(NOTHING, POLICY)


def test_a_floor_holds_though_the_threshold_gives_way() -> None:
    forged = replace(NOTHING, token=TokenState.FORGED, eased=Eased("country", "BR", 5.0))
    assert judge(forged, EASED_POLICY).outcome is Outcome.CHALLENGE
