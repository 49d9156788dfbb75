"""The ladder: everybody stands somewhere, more evidence never opens less, and nobody meets a dead end."""

import copy
from itertools import chain, combinations
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from risk.outcome import Outcome
from risk.policies.store import DEFAULT
from risk.policyerror import PolicyError
from tiers.ladder import LACKED, CheckKind, Ladder, Proofs, parse, without_dead_ends

DOCUMENT: dict[str, Any] = yaml.safe_load(DEFAULT.read_text())
LADDER: Ladder = parse(DOCUMENT)
ALL = frozenset(CheckKind)
PASSABLE = (Outcome.ALLOW, Outcome.CHALLENGE)
ALL_PROOFS = [
    frozenset(kinds)
    for kinds in chain.from_iterable(combinations(CheckKind, size) for size in range(len(CheckKind) + 1))
]


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("proofs", ALL_PROOFS, ids=lambda proofs: "+".join(sorted(proofs)) or "none")
def test_every_combination_of_proofs_and_outcomes_finds_a_rung(proofs: frozenset[CheckKind], outcome: Outcome) -> None:
    placement = LADDER.place(proofs, outcome)
    assert placement.rung.proven(proofs, outcome)
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
        pytest.param((), "challenge", "restricted", False, id="a challenge wants an answer first"),
        pytest.param(("proof_of_work",), "challenge", "trial", False, id="work answers a challenge for a trial"),
        pytest.param(("passkey",), "challenge", "restricted", False, id="a passkey costs nothing and answers none"),
        pytest.param(("passkey",), "allow", "trial", False, id="a passkey alone opens nothing"),
        pytest.param(("passkey", "proof_of_work"), "allow", "basic", False, id="neither mailbox nor phone nor card"),
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


def always(outcome: Outcome) -> Any:
    """An outcome that no proof changes."""
    return lambda _: outcome


def melting(start: int, worth: dict[CheckKind, int]) -> Any:
    """An outcome that softens with each proof by what it is worth."""
    return lambda proofs: tuple(Outcome)[max(0, min(3, (start - sum(worth[kind] for kind in proofs)) // 4))]


FORESIGHTS = st.builds(
    melting, st.integers(0, 20), st.fixed_dictionaries({kind: st.integers(0, 6) for kind in CheckKind})
) | st.sampled_from(Outcome).map(always)
PROOFS = st.sampled_from(ALL_PROOFS)


@given(proofs=PROOFS, foresight=FORESIGHTS, possible=PROOFS)
def test_every_way_offered_can_be_gone_opens_its_tier_and_has_nothing_too_many(
    proofs: Proofs, foresight: Any, possible: Proofs
) -> None:
    def height(shown: Proofs) -> int:
        return LADDER.height(LADDER.place(shown, foresight(shown)).rung.tier)

    for step in LADDER.next_steps(proofs, foresight, possible=possible):
        for way in step.any_of:
            assert possible - proofs >= frozenset(way) != frozenset()
            assert height(proofs | frozenset(way)) >= LADDER.height(step.tier) > height(proofs)
            for kind in way:
                assert height(proofs | frozenset(way) - {kind}) < LADDER.height(step.tier)


@given(proofs=PROOFS, foresight=FORESIGHTS, possible=PROOFS)
def test_the_best_tier_that_could_be_reached_is_offered_last(proofs: Proofs, foresight: Any, possible: Proofs) -> None:
    everything = proofs | possible
    best = LADDER.height(LADDER.place(everything, foresight(everything)).rung.tier)
    standing = LADDER.height(LADDER.place(proofs, foresight(proofs)).rung.tier)
    offered = [LADDER.height(step.tier) for step in LADDER.next_steps(proofs, foresight, possible=possible)]
    assert offered == sorted(offered)
    assert (offered or [standing])[-1] == max(best, standing)


@given(proofs=PROOFS, outcome=st.sampled_from(PASSABLE), lacked=st.sampled_from(LACKED))
def test_nobody_is_stuck_for_want_of_one_thing(proofs: Proofs, outcome: Outcome, lacked: CheckKind) -> None:
    """Who has no phone, or no card, or no document, or no passkey, gets as high as everybody else."""
    possible = ALL - {lacked}
    steps = LADDER.next_steps(proofs, always(outcome), possible=possible)
    best = LADDER.place(ALL, outcome).rung
    standing = LADDER.place(proofs, outcome).rung
    assert standing is best or steps[-1].tier == best.tier


@given(proofs=PROOFS, foresight=FORESIGHTS)
def test_the_cheapest_way_comes_first(proofs: Proofs, foresight: Any) -> None:
    for step in LADDER.next_steps(proofs, foresight, possible=ALL):
        costs = [LADDER.cost(way) for way in step.any_of]
        assert costs == sorted(costs)


def test_a_challenged_person_is_told_of_the_work_before_the_phone() -> None:
    steps = LADDER.next_steps(frozenset(), always(Outcome.CHALLENGE), possible=ALL)
    assert [step.tier for step in steps] == ["trial", "standard"]
    assert steps[0].any_of[0] == (CheckKind.PROOF_OF_WORK,)
    assert steps[1].any_of[0] == (CheckKind.EMAIL, CheckKind.PHONE)


def test_where_a_proof_softens_the_outcome_its_tier_is_offered() -> None:
    """Held in review, two proofs bring the score below the threshold: then that is the way."""

    def foresight(proofs: Proofs) -> Outcome:
        return Outcome.ALLOW if proofs >= {CheckKind.EMAIL, CheckKind.DOCUMENT} else Outcome.REVIEW

    steps = LADDER.next_steps(frozenset(), foresight, possible=ALL)
    assert {step.tier: step.any_of[0] for step in steps}["standard"] == (CheckKind.EMAIL, CheckKind.DOCUMENT)
    assert LADDER.next_steps(frozenset(), always(Outcome.REVIEW), possible=ALL) == ()


def test_a_policy_without_costs_is_read_and_asks_for_little_first() -> None:
    old = copy.deepcopy(DOCUMENT)
    for line in old["checks"].values():
        del line["cost"]
    for step in parse(old).next_steps(frozenset(), always(Outcome.ALLOW), possible=ALL):
        assert [len(way) for way in step.any_of] == sorted(len(way) for way in step.any_of)


def test_the_default_leads_everybody_on() -> None:
    assert without_dead_ends(LADDER) is LADDER


@pytest.mark.parametrize("key", ["needs", "challenged_needs"])
def test_a_ladder_with_a_dead_end_is_read_but_not_put_in_force(key: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    del document["ladder"][3]["challenged_needs"]
    document["ladder"][3][key] = [["email", "phone"], ["phone", "payment"]]
    ladder = parse(document)
    assert ladder.dead_ends() == ("ladder, trial: who has no phone cannot get there; add a way without it",)
    with pytest.raises(PolicyError, match="no phone"):
        without_dead_ends(ladder)


def test_an_install_that_carries_out_few_checks_has_dead_ends_of_its_own() -> None:
    few = frozenset({CheckKind.EMAIL, CheckKind.PHONE, CheckKind.PASSKEY, CheckKind.PROOF_OF_WORK})
    assert any("standard: who has no phone" in words for words in LADDER.dead_ends(few))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ladder": []}, "a list of rungs"),
        ({"ladder": DOCUMENT["ladder"][:-1]}, "last line has to take everybody"),
        ({"ladder": [DOCUMENT["ladder"][0], *DOCUMENT["ladder"]]}, "one line only"),
        ({"ladder": [{"tier": "x"}]}, r"ladder\.0: 'needs'"),
        ({"checks": {}}, "a line for each"),
        ({"checks": {**DOCUMENT["checks"], "email": {"half_life_days": 0}}}, "above 0"),
        ({"checks": {**DOCUMENT["checks"], "email": 7}}, "each line is a table"),
        ({"checks": {**DOCUMENT["checks"], "email": {"half_life_days": 1, "cost": -1}}}, "US cents"),
        ({"checks": {**DOCUMENT["checks"], "email": {"half_life_days": 1, "cost": True}}}, "US cents"),
        ({"ladder": [{**DOCUMENT["ladder"][0], "challenged_needs": [["email"]]}]}, "asks for less"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_with_its_place(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        parse({**DOCUMENT, **change})


def test_an_outcome_asks_for_what_the_policy_names_and_others_for_everything() -> None:
    asking = parse({**DOCUMENT, "asks": {"review": ["email", "document"], "deny": []}})
    assert asking.asked_under(Outcome.REVIEW) == {CheckKind.EMAIL, CheckKind.DOCUMENT}
    assert asking.asked_under(Outcome.DENY) == frozenset()
    assert asking.asked_under(Outcome.CHALLENGE) == ALL


def test_an_outcome_that_asks_for_too_little_leads_nowhere_and_is_refused() -> None:
    asking = parse({**DOCUMENT, "asks": {"challenge": ["email", "phone"]}})
    with pytest.raises(PolicyError, match="ladder, standard: who has no phone"):
        without_dead_ends(asking)


@pytest.mark.parametrize("asks", [["email"], {"refuse": []}, {"review": ["blood"]}, {"review": 3}])
def test_what_an_outcome_asks_for_is_read_strictly(asks: Any) -> None:
    with pytest.raises(PolicyError, match=r"^asks"):
        parse({**DOCUMENT, "asks": asks})
