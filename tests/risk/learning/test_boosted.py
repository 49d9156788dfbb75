"""What learnt trees promise: what LightGBM says, monotone, left to what is not known otherwise, the same every time."""

from itertools import combinations

import lightgbm
import numpy as np
import pytest
from scipy.special import expit

from risk.findings import Family
from risk.learning.boosted import PARAMETERS, Grown, grow, written
from risk.learning.rows import Table
from risk.model import Model, parse_model
from tests.risk.learning.test_weights import SMALL, TRUE_PRIOR, TRUTH, drawn

ASKED = ("a", "b", "c")


def model_of(grown: Grown) -> Model:
    model = parse_model({"model": {"trees": list(grown.trees)}}, known_reasons=frozenset(SMALL.codes))
    assert model is not None
    return model


def sets() -> list[tuple[str, ...]]:
    return [shown for size in range(4) for shown in combinations(ASKED, size)]


def only_together(count: int, *, seed: int) -> Table:
    """People who are abusive where two reasons come together, which no weights can say."""
    table = drawn(count, seed=seed)
    given = table.given.toarray()
    both = (given[:, 0] > 0) & (given[:, 2] > 0)
    abusive = np.random.default_rng(seed).random(count) < np.where(both, 0.8, 0.02)
    return Table(table.given, abusive, table.trust)


@pytest.fixture(scope="module")
def grown() -> Grown:
    return grow(drawn(30_000), drawn(10_000, seed=2), drawn(40_000, seed=3), SMALL)


def test_what_is_written_says_what_lightgbm_says() -> None:
    given = drawn(20_000).given.tocsc()[:, [0, 1, 2]]
    data = lightgbm.Dataset(given, label=drawn(20_000).abuse.astype(float))
    booster = lightgbm.train({**PARAMETERS, "monotone_constraints": [1, 1, 1]}, data, num_boost_round=40)
    found = written(booster, ASKED)
    model = model_of(found)
    for shown in sets():
        row = np.array([[float(code in shown) for code in ASKED]])
        (said,) = booster.predict(row, raw_score=True)  # type: ignore[misc] # an array, of which it says that it may be a list
        assert found.nothing + model.value(shown) - model.value(()) == pytest.approx(said, abs=1e-3)


def test_trees_find_what_there_is_to_be_found(grown: Grown) -> None:
    model, truth = model_of(grown), dict(zip(SMALL.codes, TRUTH, strict=True))
    for code in ("a", "c"):
        assert model.weights([code])[code] == pytest.approx(truth[code], abs=0.4)
    assert SMALL.prior + grown.nothing == pytest.approx(TRUE_PRIOR, abs=0.4)


def test_trees_do_not_ask_of_proofs(grown: Grown) -> None:
    assert SMALL.families[SMALL.codes.index("proof")] is Family.STANDING
    assert "proof" not in model_of(grown).of_reason


def test_no_reason_against_a_person_ever_speaks_for_them(grown: Grown) -> None:
    model = model_of(grown)
    for shown in sets():
        assert all(weight >= -1e-9 for weight in model.weights(shown).values())
        for code in shown:
            assert model.value(shown) >= model.value(set(shown) - {code}) - 1e-9


def test_what_only_two_reasons_together_say_is_learnt() -> None:
    tables = [only_together(count, seed=seed) for count, seed in ((30_000, 1), (10_000, 2), (40_000, 3))]
    found = grow(tables[0], tables[1], tables[2], SMALL)
    model = model_of(found)
    start = SMALL.prior + found.nothing - model.value(())
    assert float(expit(start + model.value(("a", "c")))) == pytest.approx(0.8, abs=0.15)
    assert float(expit(start + model.value(("a",)))) < 0.1


def test_the_same_rows_grow_the_same_trees(grown: Grown) -> None:
    assert grow(drawn(30_000), drawn(10_000, seed=2), drawn(40_000, seed=3), SMALL) == grown
