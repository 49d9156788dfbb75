"""Traces as columns: each link's values as small whole numbers, and how common each value is among whom. Pure.

How common a value is depends on where: a mail provider of Poland is rare in the world and common in Poland. So a value
is compared with what people at home in the same country show; networks and clocks with what is seen from the same
place, and what a device shows with devices of the same system. Where few are known, the world speaks (KAPPA people's
worth).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.rings.links import STORED, Link
from risk.rings.tells import CIRCUMSTANCES, NETWORKS, PROGRAMS, TELLS, WORD_BITS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAY_SECONDS = 86_400
KAPPA = 50.0  # people of the world whom a context is filled up with
# A device is novel where two of its parts, each of which many show, are shown together by few. How few, for how many
# such pairs, is summed up in nats of expected to found; parts that few show at all say nothing: that is what privacy
# browsers and new models look like.
NOVEL_AT_MOST, NOVEL_SHARE = 3, 0.1  # accounts that show two parts together, or of those who would by chance
NOVEL_LEAST = 0.7  # nats of one pair: half as many as expected
NOVEL_STEPS = np.array([0.7, 1.5, 3.0, 6.0, 10.0])  # nats of all pairs, from which the link has another value
DOUBT = 0.5  # accounts on either side: one found where one is expected says nothing
NOVEL_PAIRS = (
    (Link.GRAPHICS, Link.SCREEN),
    (Link.GRAPHICS, Link.PROCESSOR),
    (Link.SCREEN, Link.PROCESSOR),
    (Link.GRAPHICS, Link.FONTS),
    (Link.GRAPHICS, Link.AGENT),
    (Link.SCREEN, Link.AGENT),
    (Link.FONTS, Link.AGENT),
)
BY_SYSTEM = frozenset({Link.FORM, Link.CANVAS, Link.HARDWARE, Link.FONTS, Link.PRINT, Link.AGENT, Link.NOVEL})
BY_PLACE = frozenset({Link.ADDRESS, Link.NETWORK, Link.PROVIDER, Link.CLOCK, Link.ORIGIN, Link.TELL, Link.SERVED})
# Missing says nothing of a link, but who has no tell was looked at and had none.
ALWAYS_LOOKED_AT = frozenset({Link.NOVEL, Link.TELL})


@dataclass(frozen=True, slots=True)
class Column:
    """One link of every account: `code` is -1 where nothing was shown. The rest is of each account's own value."""

    code: Ints
    values: Ints  # by code
    context: Ints  # number of the context that the account stands in
    contexts: int
    shown: Ints  # accounts in all that show the value
    shown_here: Ints  # the same, in its context
    here: Ints  # accounts that show anything, by context
    total: int  # accounts that show anything
    order: Ints  # rows in the order of their codes, those that show nothing first
    starts: Ints  # by code, and one more: where in `order` its rows begin

    @property
    def size(self) -> int:
        """How many different values there are."""
        return len(self.values)

    def showing(self, codes: Ints) -> tuple[Ints, Ints]:
        """The rows that show each of the codes, one code after the other, and how many show each."""
        first, number = self.starts[codes], self.starts[codes + 1] - self.starts[codes]
        place = np.arange(number.sum()) + np.repeat(first - np.cumsum(number) + number, number)
        return self.order[place], number

    def common(self, rows: Ints, *, without: Ints | Floats | int = 0) -> Floats:
        """How often people show the value of each row where it stands, 0 to 1; `without` are not counted."""
        elsewhere = np.maximum(self.shown[rows] - without + 0.5, 0.5) / max(self.total, 1)
        held = np.maximum(self.shown_here[rows] - without, 0) + KAPPA * elsewhere
        share: Floats = np.minimum(held / (np.maximum(self.here[self.context[rows]] - without, 0) + KAPPA), 1.0)
        return share


@dataclass(frozen=True, slots=True)
class Columns:
    """All accounts that are looked at together, in the order of their times."""

    subjects: Ints
    at: Floats  # seconds
    of: Mapping[Link, Column]
    program: Flags  # shows something that only programs and servers show

    def __len__(self) -> int:
        return len(self.subjects)


def columns(subjects: Ints, at: Floats, links: Ints, tells: Ints) -> Columns:
    """The columns of traces: `links` is accounts by STORED places, `tells` accounts by words of bits."""
    order = np.lexsort((subjects, at))
    subjects, at, links, tells = subjects[order], at[order], links[order], tells[order]
    coded = {Link(number): numbered(links[:, number]) for number in range(STORED)}
    country, place, system = coded[Link.COUNTRY], coded[Link.PLACE], coded[Link.SYSTEM]
    coded[Link.NOVEL] = _novel(coded), np.arange(len(NOVEL_STEPS))
    coded[Link.DAY] = numbered(1 + (at // DAY_SECONDS).astype(np.int64))
    coded[Link.TELL] = _rarest(tells, frozenset(TELLS) - CIRCUMSTANCES), np.arange(len(TELLS))
    coded[Link.SERVED] = _rarest(tells, NETWORKS), np.arange(len(TELLS))
    among = {link: system if link in BY_SYSTEM else place if link in BY_PLACE else country for link in coded}
    of = {link: _column(link, code, values, among[link]) for link, (code, values) in coded.items()}
    return Columns(subjects, at, of, _any(tells, PROGRAMS))


def numbered(values: Ints) -> tuple[Ints, Ints]:
    """Values as numbers from 0 in their order, -1 for 0, and the values that these stand for."""
    known, code = np.unique(values, return_inverse=True)
    code = code.astype(np.int64)
    place = int(np.searchsorted(known, 0))
    if place < len(known) and known[place] == 0:
        return np.where(code == place, -1, code - (code > place)), np.delete(known, place)
    return code, known


def distinct(values: Ints) -> Ints:
    """The values, each once, in their order. numpy's `unique` hashes where nothing else is asked for, and is slower."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def counted(keys: Ints) -> Ints:
    """How often each key stands among the keys."""
    _, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    return count[place].astype(np.int64)


def _column(link: Link, code: Ints, values: Ints, among: tuple[Ints, Ints]) -> Column:
    context, contexts = among[0] + 1, len(among[1]) + 1
    has = code >= 0
    counts = np.bincount(code[has], minlength=len(values) + 1)
    shown = np.where(has, counts[code], 0)
    shown_here = np.zeros(len(code), dtype=np.int64)
    shown_here[has] = counted(code[has] * contexts + context[has])
    looked_at = np.ones(len(code), dtype=bool) if link in ALWAYS_LOOKED_AT else has
    here = np.bincount(context[looked_at], minlength=contexts)
    starts = np.cumsum([int((~has).sum()), *counts[: len(values)]])
    order = np.argsort(code, kind="stable")
    return Column(code, values, context, contexts, shown, shown_here, here, int(looked_at.sum()), order, starts)


def _novel(coded: Mapping[Link, tuple[Ints, Ints]]) -> Ints:
    """How novel each device is, in steps; -1 for one that is not."""
    nats = np.zeros(len(coded[Link.GRAPHICS][0]))
    for one, other in NOVEL_PAIRS:
        (mine, _), (its, values) = coded[one], coded[other]
        rows = np.flatnonzero((mine >= 0) & (its >= 0))
        mine, its = mine[rows], its[rows]
        expected = counted(mine) * counted(its) / max(len(rows), 1)
        together = counted(mine * (len(values) + 1) + its)
        missing = np.log((expected + DOUBT) / (together + DOUBT))
        few = together <= np.maximum(NOVEL_AT_MOST, NOVEL_SHARE * expected)
        nats[rows] += np.where(few & (missing >= NOVEL_LEAST), missing, 0.0)
    steps: Ints = np.searchsorted(NOVEL_STEPS, nats, side="right") - 1
    return steps


def _rarest(tells: Ints, of: frozenset[str]) -> Ints:
    rarest, found = np.full(len(tells), 2.0), np.full(len(tells), -1, dtype=np.int64)
    for number, tell in enumerate(TELLS):
        if tell not in of:
            continue
        shows = _bit(tells, number)
        share = float(shows.mean()) if len(shows) else 0.0
        better = shows & (share < rarest)
        rarest[better], found[better] = share, number
    return found


def _any(tells: Ints, of: frozenset[str]) -> Flags:
    shows = np.zeros(len(tells), dtype=bool)
    for number, tell in enumerate(TELLS):
        if tell in of:
            shows |= _bit(tells, number)
    return shows


def _bit(tells: Ints, number: int) -> Flags:
    found: Flags = (tells[:, number // WORD_BITS] >> (number % WORD_BITS)) & 1 == 1
    return found
