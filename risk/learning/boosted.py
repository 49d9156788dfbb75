"""Boosted trees learnt from labels: LightGBM under monotone constraints, written as a policy's section `model`.

LightGBM needs the system's OpenMP library (libgomp), so that only the command that trains imports this; what was learnt
is judged by risk.model, which needs nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

try:
    import lightgbm
except OSError as missing:
    raise ImportError("LightGBM needs the system's OpenMP library (Debian and Ubuntu: libgomp1).") from missing

from risk.findings import Family
from risk.learning.rows import Floats, Table, Terms
from risk.learning.weights import log_odds

ROUNDS, PATIENCE = 300, 30  # trees at most; trees without a gain on the later rows after which no more are grown
FIGURES = 5  # decimals of a leaf
PARAMETERS: Mapping[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.1,
    "max_depth": 3,  # three reasons together: more nobody can read, and few rows have
    "num_leaves": 8,
    "min_data_in_leaf": 20,
    "lambda_l2": 1.0,
    "num_threads": 2,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
    "boost_from_average": False,
    "feature_pre_filter": False,
    "verbosity": -1,
}

Tree = float | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Grown:
    """What was learnt: trees as the policy has them, and what they say of somebody of whom nothing was found."""

    trees: Sequence[Tree]
    nothing: float  # log-odds


def grow(earlier: Table, later: Table, both: Table, terms: Terms) -> Grown:
    """Trees on both, as many as helped on the later rows when only the earlier ones taught.

    They learn what is left after the prior and the reasons that trees are not told of (proofs, rules, lists).
    """
    columns = [at for at, learns in enumerate(terms.learns) if learns and terms.families[at] != Family.STANDING]
    found = lightgbm.train(
        {**PARAMETERS, **_constraints(terms, columns)},
        _data(earlier, terms, columns),
        num_boost_round=ROUNDS,
        valid_sets=[_data(later, terms, columns)],
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )
    booster = lightgbm.train(
        {**PARAMETERS, **_constraints(terms, columns)},
        _data(both, terms, columns),
        num_boost_round=max(1, found.best_iteration),
    )
    return written(booster, [terms.codes[place] for place in columns])


def written(booster: lightgbm.Booster, codes: Sequence[str]) -> Grown:
    """Trees as a policy has them; `codes` are the columns that they were grown on."""
    trees = [_tree(each["tree_structure"], codes) for each in booster.dump_model()["tree_info"]]
    return Grown([tree for tree in trees if isinstance(tree, dict)], sum(map(_nothing, trees)))


def _constraints(terms: Terms, columns: Sequence[int]) -> dict[str, Any]:
    """What speaks against a person may only raise the score, and what speaks for them only lower it."""
    return {"monotone_constraints": [1 if terms.weights[place] > 0 else -1 for place in columns]}


def _data(table: Table, terms: Terms, columns: Sequence[int]) -> lightgbm.Dataset:
    given = table.given.tocsc()[:, list(columns)]
    return lightgbm.Dataset(
        given, label=table.abuse.astype(float), weight=table.trust, init_score=_known(table, terms, columns)
    )


def _known(table: Table, terms: Terms, columns: Sequence[int]) -> Floats:
    """The log-odds of each row without the reasons that the trees are told of."""
    weights = terms.weights.copy()
    weights[list(columns)] = 0
    return log_odds(table, terms, weights, terms.prior)


def _tree(node: Mapping[str, Any], codes: Sequence[str]) -> Tree:
    """A node of LightGBM's: to the left is who has at most the threshold, and that is nothing."""
    if "leaf_value" in node:
        return round(float(node["leaf_value"]), FIGURES)
    return {
        "reason": codes[node["split_feature"]],
        "given": _tree(node["right_child"], codes),
        "else": _tree(node["left_child"], codes),
    }


def _nothing(tree: Tree) -> float:
    while isinstance(tree, dict):
        tree = tree["else"]
    return tree
