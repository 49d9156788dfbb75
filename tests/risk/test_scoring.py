"""A verdict explains itself: prior, reasons and caps add up to the score."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest

from risk.facts import DeviceFacts, Facts, MailboxFacts, NetworkFacts, TokenState, Word
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
            assert foreseen(proofs) == judge(replace(facts, proofs=proofs), POLICY).outcome
