"""The policy's own rules: they hit on what they say, never take unknown for clear, and cannot harm."""

import math
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import Facts
from risk.findings import CLEAR, Clear, Finding, Hit, Unknown
from risk.outcome import Outcome
from risk.policies.store import DEFAULT, read
from risk.policy import parse
from risk.policyerror import PolicyError
from risk.rules import TEXT_MOST, look, parse_rules
from risk.scoring import foresee, judge
from risk.signals import REASON_CODES
from tests.risk.alice import ALICE

DOCUMENT = read(DEFAULT)


def rule(when: Any, **more: Any) -> dict[str, Any]:
    return {"name": "mine", "when": when, "multiplier": 3, **more}


def found(when: str, facts: Facts = ALICE) -> Finding:
    ((_, finding),) = look(parse_rules({"rules": [rule(when)]}), facts)
    return finding


@pytest.mark.parametrize(
    "when",
    [
        'network.country == "US" && mailbox.valid',
        'browser.family in ["Chrome", "Mobile Safari", "Safari"]',
        "velocity.device_accounts_30d >= 2",
        'browser.languages.exists(language, language == "en")',
        '"email" in proofs',
        'at > timestamp("2020-01-01T00:00:00Z")',
        'mailbox.domain.startsWith("archer")',
        "has(network.country)",
    ],
)
def test_a_rule_hits_where_its_condition_holds(when: str) -> None:
    facts = replace(ALICE, velocity={"device_accounts_30d": 2}, proofs=("email",))
    finding = found(when, facts)
    assert isinstance(finding, Hit), finding
    assert finding.reason == "rule_mine"


def test_a_hit_tells_what_the_rule_looked_at() -> None:
    finding = found('network.country == "US"')
    assert isinstance(finding, Hit)
    assert finding.evidence == (("network.country", "US"),)


@pytest.mark.parametrize(
    ("facts", "when"),
    [
        (replace(ALICE, network=None), 'network.country == "US"'),
        (replace(ALICE, velocity=None), "velocity.device_accounts_30d >= 2"),
        (replace(ALICE, velocity={}), "velocity.device_accounts_30d >= 2"),
        (replace(ALICE, device=None), '!(device.platform == "Win32")'),
    ],
)
def test_what_is_not_known_is_unknown_and_never_clear(facts: Facts, when: str) -> None:
    assert isinstance(found(when, facts), Unknown)


def test_a_rule_may_ask_first_whether_something_is_known() -> None:
    assert ALICE.network is not None
    nowhere = replace(ALICE, network=replace(ALICE.network, country=None))
    assert isinstance(found('has(network.country) && network.country == "US"', nowhere), Clear)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        pytest.param([rule("network.contry == 'US'")], r"rules\.0\.when: network has no contry", id="misspelt field"),
        pytest.param([rule("netwrok.country == 'US'")], r"rules\.0\.when: netwrok is no part", id="misspelt part"),
        pytest.param([rule("mailbox.digits > 'x'")], r"rules\.0\.when: cannot be answered", id="types do not fit"),
        pytest.param([rule("mailbox.digits + 1")], "has to give true or false", id="no condition"),
        pytest.param([rule("mailbox.digits >")], r"rules\.0\.when: not CEL, at 1:", id="half a condition"),
        pytest.param([rule("forced == 'deny'")], "forced is no part", id="what decides by itself"),
        pytest.param([rule("nonsense(mailbox.domain)")], "cannot be answered", id="unknown function"),
        pytest.param([rule(7)], r"rules\.0\.when: a condition in CEL", id="a number"),
        pytest.param([rule("1 == 1 || " * 200 + "true")], f"at most {TEXT_MOST}", id="too long"),
        pytest.param(
            [rule("[1].all(a, [1].all(b, [1].all(c, a == b && b == c)))")], "at most 2 of", id="loops in loops"
        ),
        pytest.param([{"name": "mine", "when": "true"}], "it would do nothing", id="does nothing"),
        pytest.param([rule("true", multiplier=0)], r"rules\.0\.multiplier: 0", id="multiplier of nought"),
        pytest.param([rule("true", floor="refuse")], r"rules\.0\.floor: 'refuse'", id="unknown outcome"),
        pytest.param([rule("true", name="My Rule")], r"rules\.0\.name: ", id="a name with blanks"),
        pytest.param([rule("true"), rule("true")], r"rules\.1\.name: mine is the name", id="a name twice"),
        pytest.param([rule("true", then="deny")], "then is not known", id="unknown field"),
        pytest.param({"mine": "true"}, "rules: a list", id="no list"),
        pytest.param(["true"], r"rules\.0: a rule is a table", id="no table"),
    ],
)
def test_a_mistake_in_a_rule_is_refused_by_its_place(lines: Any, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        parse_rules({"rules": lines})


def test_a_rule_counts_only_what_the_policy_counts() -> None:
    counted = {"rules": [rule("velocity.signups_of_mars >= 2")]}
    with pytest.raises(PolicyError, match="velocity has no signups_of_mars"):
        parse_rules(counted, velocities={"device_accounts_30d"})
    assert parse_rules(counted)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        rules = parse_rules({"rules": [rule(text)]})
    except PolicyError:
        return
    look(rules, ALICE)


@given(
    st.recursive(
        st.sampled_from(["mailbox.digits", "1", "true", '"x"', "velocity.a", "proofs", "browser.languages", "at"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "==", "<", "&&", "||", "in"]), inner).map(
                " ".join
            ),
            inner.map(lambda text: f"!({text})"),
            inner.map(lambda text: f"-({text})"),
            inner.map(lambda text: f"size({text})"),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]})[{pair[1]}]"),
            st.tuples(inner, inner).map(lambda pair: f"[{pair[0]}].map(x, {pair[1]})"),
            inner.map(lambda text: f"string({text}).matches({text})"),
            inner.map(lambda text: f"duration({text})"),
        ),
        max_leaves=12,
    )
)
def test_no_expression_does_more_than_be_refused_or_be_unanswered(text: str) -> None:
    try:
        rules = parse_rules({"rules": [rule(text)]})
    except PolicyError:
        return
    ((_, finding),) = look(rules, ALICE)
    assert isinstance(finding, Hit | Clear | Unknown)


@pytest.mark.parametrize(
    "condition",
    [
        'mailbox.shape.matches("(a+)+$")',
        "mailbox.shape.matches(\"^(a|a)*$\") || mailbox.shape.matches('(.*,)*z')",
        r'mailbox.shape.matches(r"^(\w+\s?)*$")',
    ],
)
def test_a_rule_reads_a_stranger_s_text_once_whatever_its_expression(condition: str) -> None:
    """Python's engine takes longer than the age of the world over these."""
    rules = parse_rules({"rules": [rule(condition)]})
    assert ALICE.mailbox
    facts = replace(ALICE, mailbox=replace(ALICE.mailbox, shape="a" * 100_000 + "!"))
    began = time.process_time()
    ((_, finding),) = look(rules, facts)
    assert time.process_time() - began < 0.5
    assert finding is CLEAR


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("mailbox.shape.matches(mailbox.domain)", "written there"),
        ('"x".matches(mailbox.shape)', "written there"),
        ('mailbox.shape.matches("a" + mailbox.domain)', "written there"),
        ('mailbox.shape.matches("a") && "matches(" == "" && mailbox.shape.matches ( mailbox.domain )', "written there"),
        ('false && mailbox.shape.matches("((")', "no regular expression"),
        (r'false && mailbox.shape.matches("(\\w{1,100}){1,100}")', "size limit"),
    ],
)
def test_an_expression_that_a_stranger_could_write_and_one_that_costs_too_much_are_refused(
    condition: str, why: str
) -> None:
    with pytest.raises(PolicyError, match=why):
        parse_rules({"rules": [rule(condition)]})


def test_a_rule_weighs_in_the_verdict_like_any_reason() -> None:
    plain = parse(DOCUMENT, known_reasons=REASON_CODES)
    ruled = parse({**DOCUMENT, "rules": [rule("mailbox.valid")]}, known_reasons=REASON_CODES)
    before, after = judge(ALICE, plain), judge(ALICE, ruled)
    line = next(reason for reason in after.reasons if reason.code == "rule_mine")
    assert (line.family, line.weight) == ("rule", math.log(3))
    odds = [verdict.score / (100 - verdict.score) for verdict in (before, after)]
    assert odds[1] / odds[0] == pytest.approx(3)


def test_a_floor_of_a_rule_holds_whatever_the_score() -> None:
    document = {**DOCUMENT, "rules": [{"name": "mine", "when": "mailbox.valid", "floor": "review"}]}
    verdict = judge(ALICE, parse(document, known_reasons=REASON_CODES))
    assert verdict.outcome is Outcome.REVIEW
    assert verdict.score == judge(ALICE, parse(DOCUMENT, known_reasons=REASON_CODES)).score


def test_the_rules_of_a_family_are_capped_together() -> None:
    many = [{"name": f"r{number}", "when": "mailbox.valid", "multiplier": 30} for number in range(3)]
    verdict = judge(ALICE, parse({**DOCUMENT, "rules": many}, known_reasons=REASON_CODES))
    ruled = [reason.weight for reason in verdict.reasons if reason.family == "rule"]
    assert math.fsum(ruled) == pytest.approx(math.log(DOCUMENT["family_caps"]["rule"]))


def test_what_cannot_be_answered_is_told_with_the_verdict() -> None:
    policy = parse({**DOCUMENT, "rules": [rule("velocity.device_accounts_1d > 1")]}, known_reasons=REASON_CODES)
    assert "rule_mine" in judge(replace(ALICE, velocity={}), policy).unknown


def test_what_a_proof_would_change_is_foreseen_of_rules_too() -> None:
    document = {**DOCUMENT, "rules": [{"name": "mine", "when": '!("phone" in proofs)', "floor": "challenge"}]}
    foreseen = foresee(ALICE, parse(document, known_reasons=REASON_CODES))
    assert (foreseen([])[0], foreseen(["phone"])[0]) == (Outcome.CHALLENGE, Outcome.ALLOW)


def test_a_rule_of_the_past_that_cannot_be_read_any_more_is_unknown_and_stops_nothing() -> None:
    document = {**DOCUMENT, "rules": [rule("network.gone_since == 1"), rule("mailbox.valid", name="other")]}
    with pytest.raises(PolicyError):
        parse(document, known_reasons=REASON_CODES)
    verdict = judge(ALICE, parse(document, known_reasons=REASON_CODES, past=True))
    assert verdict.unknown["rule_mine"] == "the rule cannot be read any more"
    assert "rule_other" in {reason.code for reason in verdict.reasons}
