"""What is measured of a history with use in which rings were looked for."""

import numpy as np

from bench._detection_measures import Numbers
from bench._usage_history import History, Standing
from bench.simulation.population import OPERATORS
from risk.rings.columns import Flags

EACH = 0.85  # of an operator's accounts are to be found
WAYS = ("takes", "sleeps", "resells")


def caught(history: History, standing: Standing) -> Numbers:
    """Recall of used accounts in time, over all, by kind and by way; operators that are found; false positives."""
    due, found = history.due, standing.in_time
    numbers = {"recall all": _share(found[due])}
    numbers |= {f"recall {kind}": _share(found[due & (history.kind == kind)]) for kind in OPERATORS}
    numbers |= {f"recall {way}": _share(found[due & (history.way == way)]) for way in WAYS}
    each = of_each(history, found)
    reached = [share >= EACH for share in each.values()]
    numbers |= {"operators": float(len(each)), "reached": float(np.mean(reached)) if reached else float("nan")}
    numbers |= _false(history, "false", standing.at_end)
    return numbers | _false(history, "ever", standing.ever)


def of_each(history: History, found: Flags) -> dict[str, float]:
    """The share of its used accounts that is found, by operator."""
    due, names = history.due, np.unique(history.operator[history.due]).tolist()
    return {name: _share(found[due & (history.operator == name)]) for name in names}


def always(hit: Flags) -> Standing:
    """A way that looks once."""
    return Standing(hit, hit, hit)


def _false(history: History, name: str, hit: Flags) -> Numbers:
    honest = history.honest
    groups = sorted(set(history.group[honest].tolist()))
    shares = {f"{name} {group}": _share(hit[honest & (history.group == group)]) for group in groups}
    return {f"{name} all": _share(hit[honest]), **shares}


def _share(hit: Flags) -> float:
    return float(hit.mean()) if len(hit) else float("nan")
