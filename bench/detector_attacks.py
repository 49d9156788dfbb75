"""What it takes to have an innocent held, or an operator overlooked, by what is sent at signup or reported later.

`python -m bench.detector_attacks [--seeds N] [--accounts N]`. On made-up histories without a database (as
`bench.detection --fast`), whoever runs a ring that is found sends more signups: copies of its own that show what a
victim shows (framing), or people who look honest and show what the ring shows (flooding a value until it counts as
common). Who may report lies of innocents, or of its own accounts (poisoning). Who looks for thresholds signs up again
and again with one thing changed (probing). The last line is the worst of three ratios to the bounds that are stated:
victims framed by ten accounts for each, recall lost to lies in one label of ten, tries until a prober is shown.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench._detection_records import DAYS, Records, fast, run, with_rings
from bench._poisoned import ATTACKS, HONESTLY, Learnt, Lies, learnt, outcomes
from bench._probed import Shown, accused, middle, shown
from bench.simulation.population import Plan
from config.lib import embedded
from risk.intel.build import build
from risk.rings.columns import Flags, Floats, Ints
from risk.rings.links import Link

VICTIMS: Final = 100
TIMES: Final = (1, 3, 10)  # accounts for each victim
FLOODS: Final = (0.5, 1.0, 3.0)  # decoys for each account of the ring
BOUND: Final = 0.05  # of victims
LOST: Final = 0.3  # of recall, by lies in so many labels
LIED: Final = 0.1
TRIED: Final = 12  # tries of the middle attacker until it is shown
LEAST: Final = 12  # accounts of an operator that floods
# What a stranger can come to know of a victim and send as well, by what it is.
SHOWN: Final[Mapping[str, Sequence[Link]]] = {
    "address": (Link.ADDRESS, Link.NETWORK, Link.PROVIDER, Link.COUNTRY, Link.ORIGIN),
    "device": (
        *(Link.DEVICE, Link.VISITOR, Link.PRINT, Link.CANVAS, Link.HARDWARE, Link.AGENT, Link.FONTS),
        *(Link.SYSTEM, Link.GRAPHICS, Link.SCREEN, Link.PROCESSOR),
    ),
    "phone": (Link.PHONE, Link.PHONE_10, Link.PHONE_100, Link.PHONE_1000, Link.PHONE_10000, Link.CARRIER),
    "mailbox": (Link.MAILBOX, Link.DOMAIN, Link.SHAPE, Link.STEM, Link.TEMPLATE, Link.NAME),
    "card": (Link.CARD, Link.BIN, Link.CARD_KIND),
}
ALL: Final = "all of them"


@dataclass(frozen=True, slots=True)
class Framed:
    """Victims in rings, of all."""

    what: str
    times: int
    held: int
    victims: int


@dataclass(frozen=True, slots=True)
class Flooded:
    """An operator's accounts in rings before and after so many decoys for each; and how many decoys were found."""

    decoys: float
    before: float
    after: float
    found: float


@dataclass(frozen=True, slots=True)
class More:
    """Signups that an attacker adds: whose they are, as rows of the history, and what they show."""

    like: Ints
    links: Ints
    tells: Ints
    at: Floats


def with_more(records: Records, more: More) -> Records:
    """The history with what an attacker adds at its end, and the rings of both.

    Detection reads accounts in the order in which they came; here those that were there stand first again.
    """
    joined = replace(
        _rows(records, np.concatenate([np.arange(len(records)), more.like])),
        at=np.concatenate([records.at, more.at]),
        links=np.concatenate([records.links, more.links]),
        tells=np.concatenate([records.tells, more.tells]),
    )
    order = np.argsort(joined.at, kind="stable")
    return _rows(with_rings(_rows(joined, order)), np.argsort(order, kind="stable"))


def _rows(records: Records, rows: Ints) -> Records:
    """Some rows of a history, in the order in which they are named."""
    shown = [records.shown[row] for row in rows.tolist()]
    arrays = {name: getattr(records, name)[rows] for name in Records.__slots__ if name not in {"seed", "shown"}}
    return Records(seed=records.seed, shown=shown, **arrays)


def links_of(what: str) -> Sequence[Link]:
    """The places of a trace that show it."""
    return [link for each in SHOWN.values() for link in each] if what == ALL else SHOWN[what]


def framed(records: Records, what: str, times: int, luck: np.random.Generator) -> Framed:
    """Each victim's values are sent by some accounts of an operator whose ring is found."""
    free = np.flatnonzero(records.honest & (records.ring == ""))
    victims = luck.choice(free, VICTIMS, replace=False)
    found = records.operator[~records.honest & (records.ring != "")]
    links, rows = [], []
    places = list(links_of(what))
    for victim in victims.tolist():
        of_ring = np.flatnonzero((records.operator == luck.choice(found)) & (records.ring != ""))
        chosen = luck.choice(of_ring, times)
        shown = records.links[chosen].copy()
        shown[:, places] = records.links[victim, places]
        rows.append(chosen)
        links.append(shown)
    copied = np.concatenate(rows)
    at = records.at[copied] + luck.uniform(60, 3600, len(copied))
    after = with_more(records, More(copied, np.concatenate(links), records.tells[copied], at))
    return Framed(what, times, int((after.ring[victims] != "").sum()), VICTIMS)


def flooded(records: Records, strangers: Records, decoys: float, luck: np.random.Generator) -> Flooded:
    """Each operator sends people of another history who show, in one way each, what its own accounts show."""
    names, counts = np.unique(records.operator[~records.honest], return_counts=True)
    pool = np.flatnonzero(strangers.honest)
    more: list[More] = []
    for name in names[counts >= LEAST].tolist():
        own = np.flatnonzero(records.operator == name)
        like = luck.choice(own, round(decoys * len(own)))
        whose = luck.choice(pool, len(like))
        shown = strangers.links[whose]
        for number, row in enumerate(like.tolist()):
            places = list(SHOWN[str(luck.choice(list(SHOWN)))])
            shown[number, places] = records.links[row, places]
        more.append(More(like, shown, strangers.tells[whose], records.at[like] + luck.uniform(0, 3600, len(like))))
    parts = {name: np.concatenate([getattr(one, name) for one in more]) for name in More.__slots__}
    after = with_more(records, More(**parts))
    number = len(records)
    large: Flags = np.isin(records.operator, names[counts >= LEAST])
    return Flooded(
        decoys,
        before=float((records.ring[large] != "").mean()),
        after=float((after.ring[:number][large] != "").mean()),
        found=float((after.ring[number:] != "").mean()),
    )


def measure(seed: int, accounts: int, intel: Path) -> tuple[list[Framed], list[Flooded]]:
    """Both attacks on one history."""
    records, strangers = (fast(Plan(accounts, DAYS, f"attacks-{name}{seed}"), intel) for name in ("", "strangers"))
    luck = np.random.default_rng(seed)
    frames = [framed(records, what, times, luck) for what in (*SHOWN, ALL) for times in TIMES]
    return frames, [flooded(records, strangers, decoys, luck) for decoys in FLOODS]


@dataclass(frozen=True, slots=True)
class Deceived:
    """What became of lies, and of tries, on one history, and what was learnt from it on another."""

    once: Mapping[str, int]
    often: Mapping[str, int]
    learnt: Mapping[Lies, Learnt]
    probers: Sequence[Shown]
    accused: Mapping[str, int]


def attacked(plan: Plan, intel: Path) -> dict[str, Any]:
    """What bench._attacked_fast writes."""
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder), Path(folder) / "attacked.json"
        shutil.copytree(intel, home / "intel")
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        with embedded.environment(home):
            run("-m", "bench._attacked_fast", str(plan.accounts), str(plan.days), plan.seed, str(out))
        found: dict[str, Any] = json.loads(out.read_text())
    return found


def deceived(seed: int, accounts: int, intel: Path) -> Deceived:
    """Poisoning and probing."""
    plans = [Plan(accounts, DAYS, f"attacks-{name}{seed}") for name in ("", "later")]
    (first, later), luck = [attacked(plan, intel) for plan in plans], np.random.default_rng(seed)
    records = fast(plans[0], intel)
    reports = outcomes(first["lines"])
    return Deceived(
        reports["once"],
        reports["often"],
        {lies: learnt(first["lines"], later["lines"], lies, luck) for lies in ATTACKS},
        [shown(attacker, records) for attacker in first["probes"]],
        accused(records, luck),
    )


def tell_lies(came: Sequence[Deceived]) -> float:
    """Print what reports and labels that lie do; the share of recall that is lost to LIED of the labels, at worst."""
    for name, words in (("once", "one report of abuse"), ("often", "reports of every kind")):
        counts = sum((Counter(getattr(each, name)) for each in came), Counter())
        told = ", ".join(f"{count / counts.total():.4f} {outcome}" for outcome, count in sorted(counts.items()))
        print(f"honest people who were allowed, after {words}: {told}")
    recalls = {lies: _mean([each.learnt[lies].recall for each in came]) for lies in ATTACKS}
    for lies in ATTACKS:
        own, stopped = (_mean([getattr(each.learnt[lies], name) for each in came]) for name in ("own", "stopped"))
        moved = max(each.learnt[lies].moved(each.learnt[HONESTLY]) for each in came)
        told = f"recall {recalls[lies]:.3f}, of its own kind {own:.3f}, honest challenged {stopped:.4f}"
        print(f"{lies.way} with {lies.share:.0%} of the labels: {told}, a weight moved by {moved:.2f} at most")
    lost = max(1 - recalls[lies] / recalls[HONESTLY] for lies in ATTACKS if lies.share == LIED)
    print(f"recall lost to {LIED:.0%} lies at worst: {lost:.3f}")
    return lost


def tell_probes(came: Sequence[Deceived]) -> float:
    """Print when probers are shown; how many tries the middle one had."""
    probers = [prober for each in came for prober in each.probers]
    for kept in sorted({prober.kept for prober in probers}):
        some = [prober for prober in probers if prober.kept == kept]
        found = [prober.tries for prober in some if prober.tries is not None]
        outcome, score = (middle([getattr(one, name) for one in some]) for name in ("by_outcome", "by_score"))
        when = f"after {middle(found):.0f} tries (at most {max(found)})" if found else "never"
        bits = f"{outcome:.1f} bits by outcome, {score:.1f} by score"
        print(f"{kept} kept: {len(found)} of {len(some)} shown, {when}; {bits}")
    print("runs among the accounts of the histories:", dict(sum((Counter(each.accused) for each in came), Counter())))
    return middle([prober.tries if prober.tries is not None else np.inf for prober in probers])


def _mean(numbers: Sequence[float]) -> float:
    return float(np.mean(numbers))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--accounts", type=int, default=12_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        intel = Path(folder) / "intel"
        build(Path(folder))
        seeds = range(1, chosen.seeds + 1)
        came = [measure(seed, chosen.accounts, intel) for seed in seeds]
        more = [deceived(seed, chosen.accounts, intel) for seed in seeds]
    for frames in zip(*(frames for frames, _ in came), strict=True):
        held, victims = sum(frame.held for frame in frames), sum(frame.victims for frame in frames)
        print(f"framed by {frames[0].what:12} of {frames[0].times:2} accounts: {held} of {victims} victims in rings")
    for floods in zip(*(floods for _, floods in came), strict=True):
        before, after, found = (
            np.mean([getattr(flood, name) for flood in floods]) for name in ("before", "after", "found")
        )
        told = f"{before:.3f} of operators' accounts in rings before, {after:.3f} after; {found:.3f} of the decoys"
        print(f"{floods[0].decoys} decoys for each account: {told}")
    worst = [frame for frames, _ in came for frame in frames if frame.times == TIMES[-1] and frame.what != ALL]
    share = sum(frame.held for frame in worst) / sum(frame.victims for frame in worst)
    worst_ratio = max(share / BOUND, tell_lies(more) / LOST, tell_probes(more) / TRIED)
    print(f"ratio: {worst_ratio:.2f}")
    return int(worst_ratio > 1)


if __name__ == "__main__":
    sys.exit(main())
