"""How well groups of accounts hold against the truth. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.rings.columns import Ints

HALF = 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """Shares, 0 to 1."""

    recall: float  # of operators' accounts that are in a group
    whole: float  # of operators that have half of their accounts in one group, of which they are the most
    honest: float  # of honest accounts that are in a group
    wrong: float  # of those in groups who are honest
    groups: int


def told(groups: Ints, operator: NDArray[np.str_]) -> Told:
    """Hold the group of each account (-1 for none) against whose it is ("" for nobody's)."""
    _, whose = np.unique(operator, return_inverse=True)
    operated, within = operator != "", groups >= 0
    found = int((operated & within).sum())
    return Told(
        found / max(int(operated.sum()), 1),
        _whole(groups, np.where(operated, whose, -1)),
        float((within & ~operated).sum() / max(int((~operated).sum()), 1)),
        float((within & ~operated).sum() / max(int(within.sum()), 1)),
        len(np.unique(groups[within])),
    )


def _whole(groups: Ints, whose: Ints) -> float:
    """`whose` is -1 for nobody's."""
    operators = np.unique(whose[whose >= 0])
    both = (whose >= 0) & (groups >= 0)
    pairs, shared = np.unique(np.stack([whose[both], groups[both]], axis=1), axis=0, return_counts=True)
    size = np.bincount(groups[groups >= 0], minlength=1)
    accounts = np.bincount(whose[whose >= 0], minlength=1)
    met = (shared >= HALF * accounts[pairs[:, 0]]) & (shared > HALF * size[pairs[:, 1]])
    return len(np.unique(pairs[met, 0])) / max(len(operators), 1)
