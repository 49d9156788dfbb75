"""The ladder: everybody stands somewhere, more evidence never opens less, and nobody meets a dead end."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from risk.outcome import Outcome
from risk.policies.store import DEFAULT
from risk.policyerror import PolicyError
from tests.tiers.ladders import ALL_PROOFS, DAYS, SCORES, documents, merits
from tiers.ladder import LACKED, CheckKind, Ladder, Merits, Proofs
from tiers.table import fit, gives_less, parse

DOCUMENT: dict[str, Any] = yaml.safe_load(DEFAULT.read_text())
LADDER: Ladder = parse(DOCUMENT)
ALL = frozenset(CheckKind)
PASSABLE = (Outcome.ALLOW, Outcome.CHALLENGE)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("proofs", ALL_PROOFS, ids=lambda proofs: "+".join(sorted(proofs)) or "none")
def test_every_combination_of_proofs_outcomes_scores_and_ages_finds_a_rung(proofs: Proofs, outcome: Outcome) -> None:
    for score in SCORES:
        for days in DAYS:
            shown = Merits(proofs, outcome, score, days)
            placement = LADDER.place(shown)
            assert placement.rung.proven(shown)
            assert placement.rung.admits(shown)


def betters(shown: Merits) -> Iterator[Merits]:
    """Every next better thing: one more proof, the next milder outcome, the next lower score, the next age."""
    yield from (replace(shown, proofs=shown.proofs | {kind}) for kind in ALL - shown.proofs)
    yield from (replace(shown, outcome=milder) for milder in Outcome if milder.severity == shown.outcome.severity - 1)
    yield from (replace(shown, score=lower) for lower in SCORES if lower < shown.score)
    yield from (replace(shown, earned_days=more) for more in DAYS if more > shown.earned_days)


@pytest.mark.parametrize("proofs", ALL_PROOFS, ids=lambda proofs: "+".join(sorted(proofs)) or "none")
def test_no_path_gives_more_with_less_by_the_default_policy(proofs: Proofs) -> None:
    for outcome, score, days in product(Outcome, SCORES, DAYS):
        shown = Merits(proofs, outcome, score, days)
        rung = LADDER.place(shown).rung
        for better in betters(shown):
            above = LADDER.place(better).rung
            assert LADDER.height(above.tier) >= LADDER.height(rung.tier)
            assert all(above.limits.get(name, limit) >= limit for name, limit in rung.limits.items())


@given(document=documents(), shown=merits(), data=st.data())
def test_no_path_gives_more_with_less_by_any_policy_that_is_let_in(
    document: dict[str, Any], shown: Merits, data: st.DataObject
) -> None:
    try:
        ladder = parse(document)
    except PolicyError:
        assert any("challenged_needs" in line for line in document["ladder"])
        return
    better = Merits(
        shown.proofs | data.draw(st.sampled_from(ALL_PROOFS)),
        data.draw(st.sampled_from([outcome for outcome in Outcome if outcome.severity <= shown.outcome.severity])),
        data.draw(st.floats(0, shown.score)),
        shown.earned_days + data.draw(st.integers(0, 100)),
    )
    below, above = ladder.place(shown).rung, ladder.place(better).rung
    assert ladder.height(above.tier) >= ladder.height(below.tier)
    if gives_less(ladder):
        with pytest.raises(PolicyError, match=r"^ladder\.\d\.(limits|entitlements)\."):
            fit(ladder)
    else:
        assert all(name in below.limits and below.limits[name] <= limit for name, limit in above.limits.items())
        if "models" in above.entitlements:
            few, many = (rung.entitlements["models"] for rung in (below, above))
            assert isinstance(few, tuple)
            assert isinstance(many, tuple)
            assert set(few) <= set(many)


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
    placement = LADDER.place(Merits(frozenset(map(CheckKind, proofs)), Outcome(outcome)))
    assert (placement.rung.tier, placement.held) == (tier, held)


def always(outcome: Outcome) -> Any:
    """An outcome that no proof changes."""
    return lambda proofs: Merits(proofs, outcome)


def melting(start: int, worth: dict[CheckKind, int]) -> Any:
    """An outcome that softens with each proof by what it is worth."""

    def foresight(proofs: Proofs) -> Merits:
        left = start - sum(worth[kind] for kind in proofs)
        return Merits(proofs, tuple(Outcome)[max(0, min(3, left // 4))], score=max(0, left))

    return foresight


FORESIGHTS = st.builds(
    melting, st.integers(0, 20), st.fixed_dictionaries({kind: st.integers(0, 6) for kind in CheckKind})
) | st.sampled_from(Outcome).map(always)
PROOFS = st.sampled_from(ALL_PROOFS)


@given(proofs=PROOFS, foresight=FORESIGHTS, possible=PROOFS)
def test_every_way_offered_can_be_gone_opens_its_tier_and_has_nothing_too_many(
    proofs: Proofs, foresight: Any, possible: Proofs
) -> None:
    def height(shown: Proofs) -> int:
        return LADDER.height(LADDER.place(foresight(shown)).rung.tier)

    for step in LADDER.next_steps(proofs, foresight, possible=possible):
        for way in step.any_of:
            assert possible - proofs >= frozenset(way) != frozenset()
            assert height(proofs | frozenset(way)) >= LADDER.height(step.tier) > height(proofs)
            for kind in way:
                assert height(proofs | frozenset(way) - {kind}) < LADDER.height(step.tier)


@given(proofs=PROOFS, foresight=FORESIGHTS, possible=PROOFS)
def test_the_best_tier_that_could_be_reached_is_offered_last(proofs: Proofs, foresight: Any, possible: Proofs) -> None:
    everything = proofs | possible
    best = LADDER.height(LADDER.place(foresight(everything)).rung.tier)
    standing = LADDER.height(LADDER.place(foresight(proofs)).rung.tier)
    offered = [LADDER.height(step.tier) for step in LADDER.next_steps(proofs, foresight, possible=possible)]
    assert offered == sorted(offered)
    assert (offered or [standing])[-1] == max(best, standing)


@given(proofs=PROOFS, outcome=st.sampled_from(PASSABLE), lacked=st.sampled_from(LACKED))
def test_nobody_is_stuck_for_want_of_one_thing(proofs: Proofs, outcome: Outcome, lacked: CheckKind) -> None:
    """Who has no phone, or no card, or no document, or no passkey, gets as high as everybody else."""
    possible = ALL - {lacked}
    steps = LADDER.next_steps(proofs, always(outcome), possible=possible)
    best = LADDER.place(Merits(ALL, outcome)).rung
    standing = LADDER.place(Merits(proofs, outcome)).rung
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

    def foresight(proofs: Proofs) -> Merits:
        enough = proofs >= {CheckKind.EMAIL, CheckKind.DOCUMENT}
        return Merits(proofs, Outcome.ALLOW if enough else Outcome.REVIEW)

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
    assert fit(LADDER) is LADDER


@pytest.mark.parametrize("key", ["needs", "challenged_needs"])
def test_a_ladder_with_a_dead_end_is_read_but_not_put_in_force(key: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    del document["ladder"][3]["challenged_needs"]
    document["ladder"][3][key] = [["email", "phone"], ["phone", "payment"]]
    ladder = parse(document)
    assert ladder.dead_ends() == ("ladder, trial: who has no phone cannot get there; add a way without it",)
    with pytest.raises(PolicyError, match="no phone"):
        fit(ladder)


def test_an_install_that_carries_out_few_checks_has_dead_ends_of_its_own() -> None:
    few = frozenset({CheckKind.EMAIL, CheckKind.PHONE, CheckKind.PASSKEY, CheckKind.PROOF_OF_WORK})
    assert any("standard: who has no phone" in words for words in LADDER.dead_ends(few))


def test_an_outcome_asks_for_what_the_policy_names_and_others_for_everything() -> None:
    asking = parse({**DOCUMENT, "asks": {"review": ["email", "document"], "deny": []}})
    assert asking.asked_under(Outcome.REVIEW) == {CheckKind.EMAIL, CheckKind.DOCUMENT}
    assert asking.asked_under(Outcome.DENY) == frozenset()
    assert asking.asked_under(Outcome.CHALLENGE) == ALL


def test_an_outcome_that_asks_for_too_little_leads_nowhere_and_is_refused() -> None:
    asking = parse({**DOCUMENT, "asks": {"challenge": ["email", "phone"]}})
    with pytest.raises(PolicyError, match="ladder, standard: who has no phone"):
        fit(asking)


@pytest.mark.parametrize(
    ("score", "days", "proofs", "tier"),
    [
        pytest.param(10.0, 0, ("email", "phone", "payment"), "trusted", id="on the line of the score"),
        pytest.param(10.1, 0, ("email", "phone", "payment"), "standard", id="above it"),
        pytest.param(1.0, 59, ("email", "phone", "passkey"), "standard", id="not used for long enough"),
        pytest.param(1.0, 60, ("email", "phone", "passkey"), "trusted", id="used for long enough"),
        pytest.param(1.0, 900, ("email", "phone"), "standard", id="age alone is not enough"),
    ],
)
def test_score_and_earned_days_count_where_the_policy_asks(
    score: float, days: int, proofs: tuple[str, ...], tier: str
) -> None:
    shown = Merits(frozenset(map(CheckKind, proofs)), Outcome.ALLOW, score, days)
    placement = LADDER.place(shown)
    assert placement.rung.tier == tier
    assert placement.held is (score > 10)


def test_an_install_that_reports_no_use_locks_nobody_out() -> None:
    """Every rung of the default has a way that asks for no day of use."""
    assert all(any(need.earned_days == 0 for need in rung.needs) for rung in LADDER.rungs)
    best = LADDER.place(Merits(ALL)).rung
    assert best is LADDER.rungs[0]


def test_a_way_that_asks_for_days_is_no_way_out_for_who_lacks_a_phone() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["ladder"][2]["needs"] = [["phone"], {"proofs": ["email"], "earned_days": 30}]
    assert any("basic: who has no phone" in words for words in parse(document).dead_ends())
    document["ladder"][2] |= {"needs": [["phone"], ["email"], ["payment"]], "earned_days": 30}
    assert parse(document).dead_ends() == ()
