"""What learning promises: scores as judging has them, signs kept, little changed by little, planted truth found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad
from scipy.special import expit

from risk.findings import Family
from risk.learning import weights as learning
from risk.learning.rows import Example, Floats, Table, Terms, codes_of, table_of, terms_of
from risk.learning.weights import best_spread, learn, log_loss, log_odds
from risk.policies.store import DEFAULT, read
from risk.policy import parse
from risk.scoring import judge
from risk.signals import REASON_CODES
from tests.risk.alice import ALICE, others, with_

AT = datetime(2026, 8, 3, tzinfo=UTC)
POLICY = parse(read(DEFAULT), known_reasons=REASON_CODES)
TERMS = terms_of(POLICY)
SUSPECTS = (
    ALICE,
    with_("network", as_kind="hosting"),
    replace(others("device_accounts_30d", 60), proofs=("email", "phone")),
    replace(ALICE, velocity={**(ALICE.velocity or {}), "device_accounts_30d": 60, "card_accounts_30d": 60}),
    replace(ALICE, mailbox=None, phone=None, device=None, form=None),
)

# A small world: two reasons of a capped family, one of another, one that speaks for the person.
SMALL = Terms(
    codes=("a", "b", "c", "proof"),
    families=(Family.DEVICE, Family.DEVICE, Family.PHONE, Family.STANDING),
    weights=np.array([log(4), log(4), log(2), log(0.5)]),
    learns=np.array([True, True, True, True]),
    caps={Family.DEVICE: log(10), Family.PHONE: log(12)},
    prior=log(0.03),
)
TRUTH = np.array([log(8), log(1.5), log(6), log(0.2)])
TRUE_PRIOR = log(0.05)


def drawn(count: int, *, seed: int = 1) -> Table:
    """People of the small world, abusive as its truth has it."""
    luck = np.random.default_rng(seed)
    shown = luck.random((count, 4)) < (0.2, 0.2, 0.15, 0.5)
    codes = [tuple(code for code, on in zip(SMALL.codes, row, strict=True) if on) for row in shown]
    table = table_of([Example(AT, each, abuse=False) for each in codes], SMALL)
    abusive = luck.random(count) < expit(log_odds(table, SMALL, TRUTH, TRUE_PRIOR))
    return replace(table, abuse=abusive)


@pytest.mark.parametrize("facts", SUSPECTS)
def test_a_row_scores_as_its_verdict_caps_and_all(facts: object) -> None:
    verdict = judge(facts, POLICY)  # type: ignore[arg-type] # facts, drawn from a tuple
    table = table_of([Example(AT, codes_of(verdict), abuse=False)], TERMS)
    (total,) = log_odds(table, TERMS, TERMS.weights, TERMS.prior)
    assert 100 * expit(total) == pytest.approx(verdict.score, abs=1e-9)


@given(st.lists(st.sampled_from(sorted(REASON_CODES)), max_size=12, unique=True), st.floats(0.2, 3))
@settings(max_examples=50)
def test_the_slope_is_that_of_the_loss(codes: Sequence[str], stretch: float) -> None:
    table = table_of([Example(AT, tuple(codes), abuse=True), Example(AT, tuple(codes[:2]), abuse=False)], TERMS)
    shape, truth = learning._shape(TERMS), table.abuse.astype(float)

    def loss(weights: Floats) -> float:
        total, _ = learning._total(table, shape, weights, TERMS.prior)
        return float(table.trust @ (np.logaddexp(0, total) - truth * total))

    def slope(weights: Floats) -> Floats:
        total, below = learning._total(table, shape, weights, TERMS.prior)
        return learning._slope(table, shape, table.trust * (expit(total) - truth), below)

    assert check_grad(loss, slope, TERMS.weights * stretch) < 1e-4


def test_a_planted_truth_is_found() -> None:
    found = learn(drawn(200_000), SMALL, spread=2.0)
    assert found.weights == pytest.approx(TRUTH, abs=0.12)
    assert found.prior == pytest.approx(TRUE_PRIOR, abs=0.05)


def test_scores_that_were_learnt_are_truer_on_people_never_seen() -> None:
    found, later = learn(drawn(20_000), SMALL, spread=1.0), drawn(20_000, seed=2)
    by_hand = log_loss(later, log_odds(later, SMALL, SMALL.weights, SMALL.prior))
    assert log_loss(later, log_odds(later, SMALL, found.weights, found.prior)) < 0.97 * by_hand


def test_a_reason_that_was_never_given_stays_as_people_set_it() -> None:
    given = [Example(AT, ("a",), abuse=bool(number % 3)) for number in range(500)]
    found = learn(
        table_of(given + [Example(AT, (), abuse=number < 50) for number in range(500)], SMALL), SMALL, spread=1
    )
    assert found.weights[1:] == pytest.approx(SMALL.weights[1:])
    assert found.weights[0] != pytest.approx(SMALL.weights[0], abs=0.05)


def test_what_speaks_against_a_person_never_learns_to_speak_for_them() -> None:
    contrary = [Example(AT, ("a",), abuse=False)] * 900 + [Example(AT, (), abuse=True)] * 100
    contrary += [Example(AT, ("proof",), abuse=True)] * 100
    found = learn(table_of(contrary, SMALL), SMALL, spread=5.0)
    assert found.weights[0] == 0.0
    assert found.weights[3] == 0.0


def test_no_reason_says_more_than_its_family_may_and_the_prior_stays_under_its_bound() -> None:
    sure = [Example(AT, ("a",), abuse=True)] * 500 + [Example(AT, (), abuse=bool(n % 2)) for n in range(500)]
    found = learn(table_of(sure, SMALL), SMALL, spread=10.0, highest=log(0.02))
    assert found.weights[0] <= SMALL.caps[Family.DEVICE] + 1e-9
    assert found.prior <= log(0.02) + 1e-9


def test_what_does_not_learn_stays_as_it_is() -> None:
    fixed = replace(SMALL, learns=np.array([True, False, True, True]))
    assert learn(drawn(20_000), fixed, spread=2.0).weights[1] == SMALL.weights[1]


def test_a_label_that_is_trusted_less_counts_less() -> None:
    def believed(trust: float) -> float:
        rows = [Example(AT, ("c",), abuse=True, trust=trust)] * 50 + [Example(AT, ("c",), abuse=False)] * 50
        rows += [Example(AT, (), abuse=number < 5) for number in range(100)]
        return float(learn(table_of(rows, SMALL), SMALL, spread=2.0).weights[2])

    assert believed(0.2) < believed(0.6) < believed(1.0)


def test_the_spread_is_chosen_on_later_rows() -> None:
    """Much to learn from: far. Twenty people whom chance made odd: near."""
    assert best_spread(drawn(50_000), drawn(20_000, seed=3), SMALL) >= 1.0
    assert best_spread(drawn(40, seed=4), drawn(50_000, seed=5), SMALL) <= 0.5


def test_the_loss_is_the_mean_surprise_weighed_by_trust() -> None:
    table = table_of([Example(AT, (), abuse=True, trust=0.5), Example(AT, (), abuse=False)], SMALL)
    assert log_loss(table, np.array([0.0, 0.0])) == pytest.approx(log(2))
    assert log_loss(table, np.array([800.0, -800.0])) == pytest.approx(0)
    assert log_loss(table, np.array([-800.0, -800.0])) == pytest.approx(800 * 0.5 / 1.5)


def test_without_a_bound_the_prior_goes_where_the_rows_are() -> None:
    rows = table_of([Example(AT + timedelta(days=n), (), abuse=n < 30) for n in range(100)], SMALL)
    assert learn(rows, SMALL, spread=1.0, highest=inf).prior == pytest.approx(log(3 / 7), abs=1e-3)
