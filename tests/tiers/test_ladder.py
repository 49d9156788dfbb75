"""The ladder: everybody stands somewhere, and more evidence never opens less."""

from itertools import chain, combinations
from typing import Any

import pytest
import yaml

from risk.outcome import Outcome
from risk.policies.store import DEFAULT
from risk.policy import PolicyError
from tiers.ladder import HELD_BACK, CheckKind, Ladder, parse

DOCUMENT: dict[str, Any] = yaml.safe_load(DEFAULT.read_text())
LADDER: Ladder = parse(DOCUMENT)
ALL_PROOFS = [
    frozenset(kinds)
    for kinds in chain.from_iterable(combinations(CheckKind, size) for size in range(len(CheckKind) + 1))
]


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("proofs", ALL_PROOFS, ids=lambda proofs: "+".join(sorted(proofs)) or "none")
def test_every_combination_of_proofs_and_outcomes_finds_a_rung(proofs: frozenset[CheckKind], outcome: Outcome) -> None:
    placement = LADDER.place(proofs, outcome)
    assert placement.rung.proven(proofs)
    assert placement.rung.admits(outcome)


@pytest.mark.parametrize("outcome", Outcome)
def test_one_more_proof_never_lowers_the_tier(outcome: Outcome) -> None:
    for proofs in ALL_PROOFS:
        height = LADDER.height(LADDER.place(proofs, outcome).rung.tier)
        for kind in CheckKind:
            assert LADDER.height(LADDER.place(proofs | {kind}, outcome).rung.tier) >= height


@pytest.mark.parametrize("proofs", ALL_PROOFS, ids=lambda proofs: "+".join(sorted(proofs)) or "none")
def test_a_harsher_outcome_never_raises_the_tier(proofs: frozenset[CheckKind]) -> None:
    heights = [LADDER.height(LADDER.place(proofs, outcome).rung.tier) for outcome in Outcome]
    assert heights == sorted(heights, reverse=True)


@pytest.mark.parametrize(
    ("proofs", "outcome", "tier", "held"),
    [
        pytest.param((), "allow", "trial", False, id="nothing proven"),
        pytest.param(("email",), "allow", "basic", False, id="a mailbox"),
        pytest.param(("email",), "challenge", "trial", True, id="a mailbox is not enough under challenge"),
        pytest.param(("email", "phone"), "challenge", "standard", False, id="two proofs answer a challenge"),
        pytest.param(("email", "passkey", "document"), "allow", "trusted", False, id="neither phone nor card needed"),
        pytest.param(("email", "phone"), "review", "restricted", True, id="review holds"),
        pytest.param((), "review", "restricted", True, id="review holds even trial back"),
        pytest.param(("email", "phone", "payment"), "deny", "blocked", True, id="deny blocks"),
    ],
)
def test_proofs_and_outcome_give_the_tier(proofs: tuple[str, ...], outcome: str, tier: str, *, held: bool) -> None:
    placement = LADDER.place(frozenset(map(CheckKind, proofs)), Outcome(outcome))
    assert (placement.rung.tier, placement.held) == (tier, held)


def test_every_step_offered_really_opens_its_tier() -> None:
    for outcome in set(Outcome) - set(HELD_BACK):
        for proofs in ALL_PROOFS:
            for step in LADDER.place(proofs, outcome).next_steps:
                for way in step.any_of:
                    reached = LADDER.place(proofs | set(way), outcome).rung.tier
                    assert LADDER.height(reached) >= LADDER.height(step.tier)


def test_nobody_below_the_top_is_without_a_way_up() -> None:
    for outcome in set(Outcome) - set(HELD_BACK):
        best = LADDER.place(frozenset(CheckKind), outcome).rung
        for proofs in ALL_PROOFS:
            placement = LADDER.place(proofs, outcome)
            assert placement.next_steps or placement.rung is best


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ladder": []}, "a list of rungs"),
        ({"ladder": DOCUMENT["ladder"][:-1]}, "last line has to take everybody"),
        ({"ladder": [DOCUMENT["ladder"][0], *DOCUMENT["ladder"]]}, "one line only"),
        ({"ladder": [{"tier": "x"}]}, "ladder line 1"),
        ({"checks": {}}, "a line for each"),
        ({"checks": {**DOCUMENT["checks"], "email": {"half_life_days": 0}}}, "above 0"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_with_its_place(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        parse({**DOCUMENT, **change})
