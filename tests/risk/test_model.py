"""What a policy's trees promise: weights that add up to what they say, nothing for what was not given, no surprise."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import factorial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.model import DEPTH_MOST, LEAVES_MOST, TREES_MOST, Model, parse_model
from risk.outcome import Outcome
from risk.policies.store import DEFAULT, read
from risk.policy import parse
from risk.policyerror import PolicyError
from risk.scoring import foresee, judge
from risk.signals import REASON_CODES
from tests.risk.alice import ALICE, with_

CODES = ("mailbox_disposable", "network_hosting", "phone_voip", "velocity_device", "card_prepaid")
KNOWN = frozenset({*CODES, *(f"r{number}" for number in range(20))})


def tree(reason: str, given: Any, otherwise: Any) -> dict[str, Any]:
    return {"reason": reason, "given": given, "else": otherwise}


def model_of(*trees: Any) -> Model:
    model = parse_model({"model": {"trees": list(trees)}}, known_reasons=frozenset(CODES))
    assert model is not None
    return model


def shapley(model: Model, codes: Sequence[str], code: str) -> float:
    """By its definition: what a reason adds, over all sets of the others that could have come in before."""
    others = [each for each in codes if each != code]
    total = 0.0
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(len(codes) - size - 1) / factorial(len(codes))
        for before in combinations(others, size):
            total += weight * (model.value({*before, code}) - model.value(before))
    return total


@st.composite
def trees(draw: st.DrawFn, free: tuple[str, ...] = CODES, depth: int = 3) -> Any:
    if not depth or (depth < 3 and draw(st.booleans())):
        return draw(st.floats(-3, 3))
    reason = draw(st.sampled_from(free))
    left = tuple(code for code in free if code != reason)
    return tree(reason, draw(trees(left, depth - 1)), draw(trees(left, depth - 1)))


@given(st.lists(trees(), min_size=1, max_size=4), st.sets(st.sampled_from(CODES)))
@settings(max_examples=200)
def test_weights_are_shapley_values_and_add_up(grown: list[Any], shown: set[str]) -> None:
    model = model_of(*grown)
    codes = sorted(shown)
    weights = model.weights(codes)
    assert sum(weights.values()) == pytest.approx(model.value(codes) - model.value([]), abs=1e-9)
    for code in codes:
        assert weights.get(code, 0.0) == pytest.approx(shapley(model, codes, code), abs=1e-9)


def test_what_was_not_given_weighs_nothing_and_what_trees_do_not_ask_of_is_not_theirs() -> None:
    model = model_of(tree("network_hosting", tree("phone_voip", 2.0, 1.0), 0.25))
    assert model.weights(["card_prepaid"]) == {}
    assert model.weights(["network_hosting"]) == {"network_hosting": 0.75}
    assert model.weights(["phone_voip"]) == {"phone_voip": 0.0}


def deep(levels: int) -> Any:
    grown: Any = 0.5
    for number in range(levels):
        grown = tree(f"r{number}", grown, 0.0)
    return grown


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ([], "model: "),
        ({"trees": []}, "model: "),
        ({"trees": [1.0], "more": 1}, "model: "),
        ({"trees": [0.1] * (TREES_MOST + 1)}, "model: "),
        ({"trees": [tree("gone", 1.0, 0.0)]}, "model.trees.0.reason: "),
        ({"trees": [tree("card_prepaid", tree("card_prepaid", 1.0, 0.0), 0.0)]}, "model.trees.0.given.reason: "),
        ({"trees": [0.5, tree("card_prepaid", float("nan"), 0.0)]}, "model.trees.1.given: "),
        ({"trees": [tree("card_prepaid", 1.0, 99)]}, "model.trees.0.else: "),
        ({"trees": [tree("card_prepaid", True, 0.0)]}, "model.trees.0.given: "),
        ({"trees": [{"reason": "card_prepaid", "given": 1.0}]}, "model.trees.0: "),
        ({"trees": [tree("card_prepaid", [], 0.0)]}, "model.trees.0.given: "),
        ({"trees": [tree(["card_prepaid"], 1.0, 0.0)]}, "model.trees.0.reason: "),  # type: ignore[arg-type] # hostile
        ({"trees": [deep(DEPTH_MOST + 1)]}, "model.trees.0"),
    ],
)
def test_what_is_no_model_is_refused_by_its_place(section: Any, place: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_model({"model": section}, known_reasons=KNOWN)
    assert str(refused.value).startswith(place)


def full(levels: int) -> Any:
    return 0.1 if not levels else tree(f"r{levels}", full(levels - 1), full(levels - 1))


def test_more_leaves_than_a_signup_can_wait_for_are_refused() -> None:
    count = LEAVES_MOST // 2**DEPTH_MOST + 1
    with pytest.raises(PolicyError, match="leaves"):
        parse_model({"model": {"trees": [full(DEPTH_MOST)] * count}}, known_reasons=KNOWN)


def test_without_a_section_there_is_no_model() -> None:
    assert parse_model({}, known_reasons=KNOWN) is None


DOCUMENT = {
    **read(DEFAULT),
    "model": {"trees": [tree("network_hosting", tree("mailbox_disposable", 3.0, 0.5), 0.0)] * 3},
}
POLICY = parse(DOCUMENT, known_reasons=REASON_CODES)
HOSTED = with_("network", as_kind="hosting")


def test_a_verdict_weighs_reasons_as_the_trees_do() -> None:
    weights = {reason.code: reason.weight for reason in judge(HOSTED, POLICY).reasons}
    assert weights["network_hosting"] == pytest.approx(1.5)


def test_caps_hold_for_trees_too_so_that_no_family_alone_gets_to_review() -> None:
    sure = parse({**DOCUMENT, "model": {"trees": [tree("network_hosting", 9.0, 0.0)]}}, known_reasons=REASON_CODES)
    verdict = judge(HOSTED, sure)
    assert "cap_network" in {reason.code for reason in verdict.reasons}
    assert verdict.score < 100 * sure.thresholds[Outcome.REVIEW]


def test_what_trees_do_not_ask_of_weighs_as_its_multiplier_says() -> None:
    facts = replace(HOSTED, proofs=("email",))
    plain = parse({**DOCUMENT, "model": None}, known_reasons=REASON_CODES)
    one, other = ({r.code: r.weight for r in judge(facts, policy).reasons} for policy in (POLICY, plain))
    assert one.keys() == other.keys()
    assert {code for code in one if one[code] != other[code]} == {"network_hosting"}


@pytest.mark.parametrize("proofs", [(), ("email",), ("email", "payment", "phone")])
def test_what_a_proof_would_change_is_foreseen_as_it_is_judged_then(proofs: tuple[str, ...]) -> None:
    assert foresee(HOSTED, POLICY)(proofs)[0] == judge(replace(HOSTED, proofs=proofs), POLICY).outcome


def test_trees_are_not_told_of_proofs() -> None:
    told = parse({**DOCUMENT, "model": {"trees": [tree("proven_email", -5.0, 0.0)]}}, known_reasons=REASON_CODES)
    proven = replace(ALICE, proofs=("email",))
    one, other = ({r.code: r.weight for r in judge(proven, policy).reasons} for policy in (told, POLICY))
    assert one["proven_email"] == other["proven_email"]
