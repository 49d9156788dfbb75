"""A policy's boosted trees: what several reasons together weigh, told reason by reason. Pure, and without LightGBM.

A tree asks of reasons whether they were given. What a reason weighs is its interventional Shapley value against
somebody of whom nothing was found (Lundberg et al. 2020, From local explanations to global understanding with
explainable AI for trees): the mean, over all orders in which the reasons could have come in, of what it added when it
did. So a reason that was not given weighs nothing, and the weights add up to what the trees say. With one such
reference there is a closed form for each leaf: docs/adr/0018-trees-explained-against-nothing.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import factorial, fsum, isfinite
from typing import Any

from risk.policyerror import PolicyError

TREES_MOST = 400
DEPTH_MOST = 6
LEAVES_MOST = 6_000  # of all trees; each costs a signup that gives its reasons half a microsecond
LEAF_MOST = 10.0  # log-odds
FIELDS = frozenset({"reason", "given", "else"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where the trees end for those who have all reasons of `given` and none of `absent`; `value` in log-odds."""

    given: frozenset[str]
    absent: frozenset[str]
    value: float


@dataclass(frozen=True, slots=True)
class Model:
    """Trees as their leaves. `reasons` are those that they ask of; the others weigh what the multipliers say."""

    leaves: tuple[Leaf, ...]
    of_reason: Mapping[str, tuple[int, ...]]  # the leaves on whose way a reason stands

    @property
    def reasons(self) -> frozenset[str]:
        """The reasons that the trees ask of."""
        return frozenset(self.of_reason)

    def value(self, codes: Collection[str]) -> float:
        """What the trees say of somebody with these reasons, in log-odds."""
        shown = frozenset(codes)
        return fsum(leaf.value for leaf in self.leaves if leaf.given <= shown and not leaf.absent & shown)

    def weights(self, codes: Collection[str]) -> dict[str, float]:
        """What each of the reasons weighs; together, by how much the trees say more than of nobody's reasons."""
        shown = frozenset(codes) & self.of_reason.keys()
        parts: dict[str, list[float]] = {code: [] for code in shown}
        for place in {place for code in shown for place in self.of_reason[code]}:
            leaf = self.leaves[place]
            if not leaf.given <= shown:
                continue
            against = leaf.absent & shown
            had, missed = len(leaf.given), len(against)
            orders = factorial(had + missed)
            for code in leaf.given:
                parts[code].append(leaf.value * factorial(had - 1) * factorial(missed) / orders)
            for code in against:
                parts[code].append(-leaf.value * factorial(had) * factorial(missed - 1) / orders)
        return {code: fsum(each) for code, each in parts.items()}


def parse_model(document: Mapping[str, Any], *, known_reasons: frozenset[str]) -> Model | None:
    """The section `model` of a policy document; None where it has none.

    Raises:
        PolicyError: it is not of the form, larger than what a signup can wait for, or asks of what no signal gives.

    """
    section = document.get("model")
    if section is None:
        return None
    trees = section.get("trees") if isinstance(section, Mapping) and set(section) == {"trees"} else None
    if not isinstance(trees, list) or not 0 < len(trees) <= TREES_MOST:
        raise PolicyError(f"model: a table with `trees` is needed, a list of {TREES_MOST} at most")
    leaves: list[Leaf] = []
    for number, tree in enumerate(trees):
        leaves += _leaves(tree, _Way(f"model.trees.{number}", known_reasons))
        if len(leaves) > LEAVES_MOST:
            raise PolicyError(f"model.trees.{number}: more than {LEAVES_MOST:,} leaves up to here")
    return _model(leaves)


def _model(leaves: list[Leaf]) -> Model:
    of_reason: dict[str, list[int]] = defaultdict(list)
    for place, leaf in enumerate(leaves):
        for code in leaf.given | leaf.absent:
            of_reason[code].append(place)
    return Model(tuple(leaves), {code: tuple(places) for code, places in of_reason.items()})


@dataclass(frozen=True, slots=True)
class _Way:
    """Where in the document a node stands, and what was asked on the way to it."""

    place: str
    known: frozenset[str]
    given: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()

    def to(self, branch: str, code: str) -> "_Way":
        """The way on, to where the reason was given or to where it was not."""
        given, absent = (self.given | {code}, self.absent) if branch == "given" else (self.given, self.absent | {code})
        return _Way(f"{self.place}.{branch}", self.known, given, absent)


def _leaves(node: Any, way: _Way) -> Iterator[Leaf]:
    if isinstance(node, int | float) and not isinstance(node, bool):
        if not isfinite(node) or abs(node) > LEAF_MOST:
            raise PolicyError(f"{way.place}: {node!r} is not between -{LEAF_MOST:g} and {LEAF_MOST:g} log-odds")
        yield Leaf(way.given, way.absent, float(node))
        return
    if not isinstance(node, Mapping) or set(node) != FIELDS:
        raise PolicyError(f"{way.place}: a number is needed, or a table of reason, given and else")
    code = node["reason"]
    if not isinstance(code, str) or code not in way.known:
        raise PolicyError(f"{way.place}.reason: {code!r} is no reason that trees can ask of")
    if code in way.given or code in way.absent:
        raise PolicyError(f"{way.place}.reason: {code} was asked of before on this way")
    if len(way.given) + len(way.absent) >= DEPTH_MOST:
        raise PolicyError(f"{way.place}: more than {DEPTH_MOST} questions on one way")
    for branch in ("given", "else"):
        yield from _leaves(node[branch], way.to(branch, code))
