"""What the rows of learning promise: they hold what scoring holds, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from risk.findings import Family
from risk.learning.rows import Example, codes_of, scorer, stripped, table_of, terms_of
from risk.policies.store import DEFAULT, read
from risk.policy import Policy, parse
from risk.scoring import judge
from risk.signals import REASON_CODES
from tests.risk.alice import ALICE, others, with_

AT = datetime(2026, 8, 3, tzinfo=UTC)


@pytest.fixture
def policy() -> Policy:
    rules = [{"name": "mine", "when": "mailbox.free", "multiplier": 3}]
    lists = [{"name": "bad", "of": "domains", "effect": "deny", "multiplier": 5}]
    return parse({**read(DEFAULT), "rules": rules, "lists": lists}, known_reasons=REASON_CODES)


def test_every_reason_is_a_column_and_those_of_people_do_not_learn(policy: Policy) -> None:
    terms = terms_of(policy)
    assert set(terms.codes) >= REASON_CODES
    learns = dict(zip(terms.codes, terms.learns, strict=True))
    assert learns["mailbox_disposable"]
    assert not learns["rule_mine"]
    assert not [code for code in learns if code.startswith("list_") and learns[code]]
    families = dict(zip(terms.codes, terms.families, strict=True))
    assert (families["rule_mine"], families["network_hosting"]) == (Family.RULE, Family.NETWORK)


def test_a_reason_that_was_switched_off_does_not_learn(policy: Policy) -> None:
    off = replace(policy, weights={**policy.weights, "network_hosting": 0.0})
    terms = terms_of(off)
    assert not terms.learns[terms.codes.index("network_hosting")]


def test_a_verdict_gives_its_reasons_without_the_lines_of_the_caps(policy: Policy) -> None:
    facts = others("device_accounts_30d", 60)
    facts = replace(facts, velocity={**(facts.velocity or {}), "card_accounts_30d": 60, "phone_accounts_30d": 60})
    verdict = judge(facts, policy)
    assert any(reason.code == "cap_velocity" for reason in verdict.reasons)
    assert codes_of(verdict) == tuple(r.code for r in verdict.reasons if r.code != "cap_velocity")


def test_a_table_marks_what_was_given_and_passes_over_what_it_does_not_know(policy: Policy) -> None:
    terms = terms_of(policy)
    codes = codes_of(judge(with_("network", as_kind="hosting"), policy))
    assert "network_hosting" in codes
    table = table_of([Example(AT, (*codes, "gone_since"), abuse=True, trust=0.8), Example(AT, (), abuse=False)], terms)
    dense = table.given.toarray()
    assert {terms.codes[column] for column in np.flatnonzero(dense[0])} == set(codes)
    assert not dense[1].any()
    assert (table.abuse.tolist(), table.trust.tolist(), len(table)) == ([True, False], [0.8, 1.0], 2)


def test_people_are_stripped_of_a_family_and_of_nothing_else(policy: Policy) -> None:
    codes = codes_of(judge(replace(with_("network", as_kind="hosting"), proofs=("email",)), policy))
    (bare,) = stripped([Example(AT, codes, abuse=True, trust=0.5)], "network")
    assert set(codes) - set(bare.codes) == {"network_hosting"}
    assert (bare.abuse, bare.trust, bare.opened) == (True, 0.5, AT)


TREES = [
    {"reason": "network_hosting", "given": {"reason": "mailbox_disposable", "given": 2.5, "else": 0.75}, "else": -0.25},
    {"reason": "velocity_device_many", "given": 1.5, "else": {"reason": "network_hosting", "given": 0.5, "else": 0.0}},
]


@pytest.mark.parametrize("trees", [None, TREES])
def test_scores_from_codes_are_those_of_judging_rules_lists_trees_caps_and_all(trees: object) -> None:
    rules = [{"name": "mine", "when": "mailbox.valid", "multiplier": 3}]
    document = {**read(DEFAULT), "rules": rules, "model": trees and {"trees": trees}}
    policy = parse(document, known_reasons=REASON_CODES)
    score = scorer(policy)
    for facts in (
        ALICE,
        replace(with_("network", as_kind="hosting"), proofs=("email", "phone")),
        replace(with_("network", as_kind="hosting"), velocity=dict.fromkeys(ALICE.velocity or {}, 60)),
        replace(ALICE, mailbox=None, device=None, form=None),
    ):
        verdict = judge(facts, policy)
        assert 100 * score(codes_of(verdict)) == pytest.approx(verdict.score, abs=1e-9)
        assert "rule_mine" in codes_of(verdict) or facts.mailbox is None
