"""What weights are learnt from: who gave which reasons, what came of them, and how surely that is known. Pure.

A row is an account's first assessment, without its cap lines: what was there to see when it was decided whether to let
it in. A column is a reason. Nothing else is learnt from: no country, no language, no score of before.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from risk.findings import Family
from risk.policy import Policy
from risk.scoring import CAP, Reason, Verdict, caps_of, probability, weights_of
from risk.signals import SIGNALS

Floats = NDArray[np.float64]

FAMILY_OF: Mapping[str, Family] = {reason.code: signal.family for signal in SIGNALS for reason in signal.reasons}


@dataclass(frozen=True, slots=True)
class Example:
    """One account: when it was opened, the codes of its reasons, what it is held to be, and how sure that is.

    `scored` is the probability that the policy in force gives it, `told_by` who says what it is (nobody: it has no
    label).
    """

    opened: datetime
    codes: tuple[str, ...]
    abuse: bool
    trust: float = 1.0
    scored: float = 0.0
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """A policy's reasons as columns, with its weights in log-odds and how far their families count."""

    codes: tuple[str, ...]
    families: tuple[Family, ...]
    weights: Floats
    learns: NDArray[np.bool_]  # not rules and lists, which people wrote by hand, nor what they switched off
    caps: Mapping[Family, float]
    prior: float  # log-odds


@dataclass(frozen=True, slots=True)
class Table:
    """Examples by column: 1 where the reason was given. `trust` is what each row weighs."""

    given: csr_array
    abuse: NDArray[np.bool_]
    trust: Floats

    def __len__(self) -> int:
        return len(self.abuse)


def terms_of(policy: Policy) -> Terms:
    """The columns that a policy has."""
    known = {code: (FAMILY_OF[code], weight) for code, weight in policy.weights.items() if code in FAMILY_OF}
    columns = {**known, **_by_hand(policy)}
    weights = np.array([weight for _, weight in columns.values()], dtype=np.float64)
    by_hand = np.array([code not in known for code in columns])
    return Terms(
        codes=tuple(columns),
        families=tuple(family for family, _ in columns.values()),
        weights=weights,
        learns=(weights != 0) & ~by_hand,
        caps=policy.caps,
        prior=policy.prior,
    )


def _by_hand(policy: Policy) -> dict[str, tuple[Family, float]]:
    """The reasons that the policy itself gives, with their families and weights."""
    rules = {rule.code: (Family.RULE, rule.weight) for rule in policy.rules}
    return rules | {one.code: (Family.LIST, one.weight) for one in policy.lists}


def scorer(policy: Policy) -> Callable[[Collection[str]], float]:
    """What gives the probability of abuse of somebody with these reasons, as judging does, trees and caps and all."""
    by_hand = _by_hand(policy)

    @cache
    def score(codes: frozenset[str]) -> float:
        given = {code: FAMILY_OF[code] for code in codes if code in FAMILY_OF and code in policy.weights}
        weights = weights_of(given, policy)
        hits = [Reason(code, family, weights[code]) for code, family in given.items()]
        hits += [Reason(code, *by_hand[code]) for code in codes if code in by_hand]
        return probability(policy.prior, (*hits, *caps_of(hits, policy)))

    return lambda codes: score(frozenset(codes))


def codes_of(verdict: Verdict) -> tuple[str, ...]:
    """The reasons of a verdict, without the lines of the caps."""
    return tuple(reason.code for reason in verdict.reasons if not reason.code.startswith(CAP))


def table_of(examples: Sequence[Example], terms: Terms) -> Table:
    """Examples as a table of these columns. A reason that is none of them counts for nothing."""
    place = {code: column for column, code in enumerate(terms.codes)}
    rows, columns = [], []
    for row, example in enumerate(examples):
        for code in example.codes:
            if code in place:
                rows.append(row)
                columns.append(place[code])
    shape = (len(examples), len(terms.codes))
    return Table(
        given=csr_array((np.ones(len(rows)), (rows, columns)), shape=shape),
        abuse=np.array([example.abuse for example in examples], dtype=np.bool_),
        trust=np.array([example.trust for example in examples], dtype=np.float64),
    )


def stripped(examples: Iterable[Example], family: str) -> list[Example]:
    """The same people as if no reason of a family had ever been given."""
    return [
        replace(example, codes=tuple(code for code in example.codes if FAMILY_OF.get(code) != family))
        for example in examples
    ]
