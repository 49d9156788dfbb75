"""What is measured of a history in which rings were looked for, beside the truth; and means over seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench._detection_records import DAYS, Records, rings_of
from bench.simulation.population import OPERATORS
from bench.simulation.world import STARTS
from risk.rings.columns import Flags, Floats, Ints
from risk.rings.looking import look

EVERY_DAYS = 3  # of the rounds that history is gone through with
LEAST = 6  # accounts of an operator in one ring: it is known
DRAWS = 2_000  # of the bootstrap
Numbers = dict[str, float]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over seeds and where 95 % of means of seeds drawn anew lie; `lowest` and `highest` are of single seeds."""

    mean: float
    low: float
    high: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Rounds:
    """What rounds would have done while the history was made."""

    admitted: Mapping[str, int]  # by operator: its accounts that came before it was known
    opened: Mapping[str, int]  # by operator: its accounts
    accused: float  # share of honest people whom any of the rounds put into a ring


def caught(records: Records, hit: Flags) -> Numbers:
    """Recall by kind of operator, and false positives over all honest people and by their groups."""
    numbers = {f"recall {kind}": _share(hit[records.kind == kind]) for kind in OPERATORS}
    numbers["recall all"] = _share(hit[~records.honest])
    numbers["false all"] = _share(hit[records.honest])
    groups = sorted(set(records.group[records.honest].tolist()))
    return numbers | {f"false {group}": _share(hit[records.group == group]) for group in groups}


def _share(hit: Flags) -> float:
    return float(hit.mean()) if len(hit) else float("nan")


def purity(records: Records) -> Numbers:
    """Share of the members of rings that are of their ring's commonest operator; and in how many rings one is found."""
    inside = np.flatnonzero(records.ring != "")
    if not len(inside):
        return {"purity": float("nan"), "rings an operator": float("nan")}
    _, ring = np.unique(records.ring[inside], return_inverse=True)
    names, operator = np.unique(records.operator[inside], return_inverse=True)
    counts = np.zeros((ring.max() + 1, len(names)), dtype=np.int64)
    np.add.at(counts, (ring, operator), 1)
    counts = counts[:, names != ""]
    held = (counts >= LEAST).sum(axis=0)
    several = float(held[held > 0].mean()) if (held > 0).any() else float("nan")
    return {"purity": float(counts.max(axis=1, initial=0).sum() / len(inside)), "rings an operator": several}


def went(records: Records) -> Rounds:
    """Go through the history with a full round every few days, each among those who had come by then."""
    known: dict[str, int] = {}
    accused = np.zeros(len(records), dtype=bool)
    names, operator = np.unique(records.operator, return_inverse=True)
    for day in range(EVERY_DAYS, DAYS + EVERY_DAYS, EVERY_DAYS):
        number = int(np.searchsorted(records.at, STARTS.timestamp() + 86_400 * day))
        ring = rings_of(look(records.columns(number)), number)
        accused[:number] |= ring != ""
        for name in _held(ring, operator[:number], names.tolist()):
            known.setdefault(name, number)
    opened = {str(name): int((records.operator == name).sum()) for name in names if name}
    admitted = {name: int((records.operator[: known.get(name, len(records))] == name).sum()) for name in opened}
    return Rounds(admitted, opened, float(accused[records.honest].mean()))


def _held(ring: np.ndarray[tuple[int], np.dtype[np.str_]], operator: Ints, names: Sequence[str]) -> set[str]:
    """The operators of whom a ring holds enough."""
    inside = np.flatnonzero(ring != "")
    _, numbers = np.unique(ring[inside], return_inverse=True)
    pairs, count = np.unique(numbers * len(names) + operator[inside], return_counts=True)
    return {names[pair % len(names)] for pair in pairs[count >= LEAST].tolist()} - {""}


def admitted(rounds: Rounds) -> Numbers:
    """Accounts that came before their operator was known, a mean over operators of a kind, and their share of all."""
    numbers = {"accused": rounds.accused}
    for kind in OPERATORS:
        of = [name for name in rounds.opened if name.rpartition("-")[0] == kind]
        came, opened = sum(rounds.admitted[name] for name in of), sum(rounds.opened[name] for name in of)
        numbers[f"admitted {kind}"] = came / len(of) if of else float("nan")
        numbers[f"share admitted {kind}"] = came / opened if opened else float("nan")
        unknown = sum(rounds.admitted[name] == rounds.opened[name] for name in of)
        numbers[f"late {kind}"] = unknown / len(of) if of else float("nan")
    return numbers


def over_seeds(each: Sequence[Numbers], name: str, *, draws: int = DRAWS) -> Interval:
    """The mean of a number over seeds, with a percentile bootstrap over them; seeds that lack it are left out."""
    known = np.array([numbers[name] for numbers in each if not np.isnan(numbers.get(name, float("nan")))])
    if not len(known):
        return Interval(*[float("nan")] * 5)
    drawn: Floats = np.random.default_rng(1).choice(known, (draws, len(known))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(float(known.mean()), float(low), float(high), float(known.min()), float(known.max()))
