"""Placebo rings: honest people who are made into groups and judged as if detection had brought them up."""

import numpy as np

from bench._detection_measures import Numbers
from bench._detection_records import Records
from bench.simulation.honest.singles import SINGLES
from risk.rings.columns import Columns, Ints
from risk.rings.detection import Found
from risk.rings.judging import LEAST_MEMBERS, judge
from risk.rings.links import Link
from risk.rings.looking import SUSPECTED
from risk.rings.profiles import Groups, profiles

RANDOM_SIZES = (6, 61)  # from, and below
SEED = 1


def placebos(records: Records) -> Numbers:
    """Of honest people who are made into groups, the share in groups that are judged to be rings."""
    accounts, honest = records.columns(), np.flatnonzero(records.honest)
    crowds = ~np.isin(records.group[honest], [*SINGLES, "ordinary"])
    address = records.links[honest, Link.ADDRESS]
    dice = np.random.default_rng(SEED)
    sizes = dice.integers(*RANDOM_SIZES, size=len(honest))
    lot = np.repeat(np.arange(len(sizes)), sizes)[: len(honest)]
    return {
        "placebo crowd": _accused(accounts, honest[crowds], records.party[honest[crowds]]),
        "placebo address": _accused(accounts, honest[address != 0], address[address != 0]),
        "placebo random": _accused(accounts, dice.permutation(honest), lot),
    }


def _accused(accounts: Columns, people: Ints, of: Ints) -> float:
    """The share of the people in groups that are large enough who stand in one that is told as a ring."""
    _, group, size = np.unique(of, return_inverse=True, return_counts=True)
    large = size[group] >= LEAST_MEMBERS
    numbers, group = np.unique(group[large], return_inverse=True)
    groups = Groups(people[large], group.astype(np.int64), len(numbers))
    if not groups.number:
        return 0.0
    learnt = profiles(accounts, groups)
    score = judge(Found(learnt, learnt.fit(groups.rows, groups.group))).score
    return float((score[groups.group] >= SUSPECTED).mean())
