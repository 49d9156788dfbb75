"""What weights are learnt from: who gave which reasons, what came of them, and how surely that is known. Pure.

A row is an account's first assessment, without its cap lines: what was there to see when it was decided whether to let
it in. A column is a reason. Nothing else is learnt from: no country, no language, no score of before.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from risk.findings import Family
from risk.policy import Policy
from risk.scoring import CAP, Verdict
from risk.signals import SIGNALS

Floats = NDArray[np.float64]

FAMILY_OF: Mapping[str, Family] = {reason.code: signal.family for signal in SIGNALS for reason in signal.reasons}


@dataclass(frozen=True, slots=True)
class Example:
    """One account: when it was opened, the codes of its reasons, what it is held to be, and how sure that is."""

    opened: datetime
    codes: tuple[str, ...]
    abuse: bool
    trust: float = 1.0


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
    own = {rule.code: (Family.RULE, rule.weight) for rule in policy.rules}
    listed = {one.code: (Family.LIST, one.weight) for one in policy.lists}
    known = {code: (FAMILY_OF[code], weight) for code, weight in policy.weights.items() if code in FAMILY_OF}
    columns = {**known, **own, **listed}
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


def without(table: Table, columns: Collection[int]) -> Table:
    """The same rows where these reasons were never given."""
    kept = np.ones(table.given.shape[1])
    kept[list(columns)] = 0
    return Table(csr_array(table.given.multiply(kept)), table.abuse, table.trust)
