"""Sources that try out what passes: signups that are one and the same but for one thing, another one each time. Pure.

Whoever looks for a threshold keeps all that worked and changes one thing, reads what came of it, and changes the next.
A crowd does not: of people behind one network, or at one kind of computer, many show the very same or differ in several
things at once, and they confirm their mailboxes. So a run is accounts that proved nothing, from one device or one
network, each of which differs from another one of them in one part or none; and it is shown when enough other values
were tried in it, when it is no small part of all that came from there, and when its accounts are changes for the most
part. What each person has of their own (name, mailbox, number, card) is no part: it differs among honest people too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse.csgraph import connected_components

from risk.rings.columns import Flags, Ints, Traces
from risk.rings.links import Link

# What can be changed by itself, in words. A visitor id follows from the other parts of its device.
PARTS: Final[Mapping[Link, str]] = {
    Link.NETWORK: "network",
    Link.AGENT: "browser",
    Link.CANVAS: "canvas and audio",
    Link.HARDWARE: "graphics, screen and processor",
    Link.FONTS: "fonts",
    Link.LOCALE: "languages and time zone",
    Link.CARRIER: "carrier",
    Link.CARD_KIND: "kind of card",
    Link.DOMAIN: "mail domain",
}
# Who is found by the first is not told again by the next. A device whose parts change may be taken for another one.
SOURCES: Final = (Link.DEVICE, Link.VISITOR, Link.NETWORK)
ALIKE: Final = 4  # parts that two show and have in common; with fewer they are not much alike
TRIED: Final = 5  # other values of parts in one run, from which it is shown
OF_SOURCE: Final = 0.5  # least share that a run has of all that came from its source
OF_RUN: Final = 0.5  # least share of a run's accounts that tried something new
MOST: Final = 200  # the newest of a source that are compared: each with each


@dataclass(frozen=True, slots=True)
class Run:
    """Signups of one source that try out what passes, in the order in which they came."""

    source: Link
    subjects: tuple[int, ...]
    tried: Mapping[str, int]  # other values, by part
    since: float  # seconds
    last: float


def runs(traces: Traces, *, unproven: Flags) -> list[Run]:
    """The runs among signups of a window; `unproven` says of each whether it proved nothing so far."""
    found: list[Run] = []
    told: set[int] = set()
    for source in SOURCES:
        for rows in _groups(traces.links[:, source]):
            for run in _of_source(traces, source, rows, unproven):
                if not told.intersection(run.subjects):
                    told.update(run.subjects)
                    found.append(run)
    return found


def _groups(values: Ints) -> Iterator[Ints]:
    """The rows of each value that enough show; 0 is no value."""
    order = np.argsort(values, kind="stable")
    _, starts, counts = np.unique(values[order], return_index=True, return_counts=True)
    for start, count in zip(starts.tolist(), counts.tolist(), strict=True):
        rows = order[start : start + count]
        if count > TRIED and values[rows[0]] != 0:
            yield rows


def _of_source(traces: Traces, source: Link, rows: Ints, unproven: Flags) -> Iterator[Run]:
    came = rows[np.argsort(traces.at[rows], kind="stable")][-MOST:]
    own = came[unproven[came]]
    if len(own) <= TRIED:
        return
    parts = traces.links[own][:, list(PARTS)]
    near, changed = _compared(parts)
    _, group = connected_components(near, directed=False)
    for number in np.flatnonzero(np.bincount(group) > TRIED).tolist():
        members = np.flatnonzero(group == number)
        tried, new = _tried(parts, members, near, changed)
        if tried.total() >= TRIED and new >= OF_RUN * len(members) and len(members) >= OF_SOURCE * len(came):
            at = traces.at[own[members]]
            yield Run(source, tuple(traces.subjects[own[members]].tolist()), tried, float(at[0]), float(at[-1]))


def _compared(parts: Ints) -> tuple[Flags, Ints]:
    """Which rows are alike but for one part or none; and the part in which two differ, -1 where in none or several."""
    same = parts[:, None] == parts[None]
    shown = parts != 0
    alike = (same & shown[None]).sum(axis=2)
    differ = (~same).sum(axis=2)
    near = (differ <= 1) & (alike >= ALIKE)
    changed = np.where(near & (differ == 1), (~same).argmax(axis=2), -1)
    return near, changed


def _tried(parts: Ints, members: Ints, near: Flags, changed: Ints) -> tuple[Counter[str], int]:
    """Other values by part, and how many of the run came with one that none before them had."""
    words = list(PARTS.values())
    seen: set[tuple[int, int]] = set()
    tried: Counter[str] = Counter()
    new = 0
    for place, row in enumerate(members.tolist()):
        before = members[:place][near[row, members[:place]]]
        places = set(changed[row, before].tolist()) - {-1}
        fresh = {(part, int(parts[row, part])) for part in places} - seen
        if len(before) and (changed[row, before] == -1).any():
            fresh = set()  # the very same was there before
        seen |= fresh
        tried.update(words[part] for part, _ in fresh)
        new += bool(fresh)
    return tried, new
