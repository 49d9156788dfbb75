"""Traces as columns: each link's values as small whole numbers, and how common each value is among whom. Pure.

How common a value is depends on where: a mail provider of Poland is rare in the world and common in Poland. So a value
is compared with what people at home in the same country show; networks and clocks with what is seen from the same
place, and what a device shows with devices of the same system. Where few are known, the world speaks (KAPPA people's
worth).
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.rings.links import STORED, Link
from risk.rings.tells import CIRCUMSTANCES, NETWORKS, PROGRAMS, TELLS, WORD_BITS

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAY_SECONDS = 86_400
THREADS = 2  # numpy sorts and counts beside Python's lock
LARGEST = 2**63 - 1  # of what a number of 64 bits holds
SHORT = 2**16 - 1  # and of 16

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
CONTEXTS = (Link.COUNTRY, Link.PLACE, Link.SYSTEM)
# Missing says nothing of a link, but who has no tell was looked at and had none.
ALWAYS_LOOKED_AT = frozenset({Link.NOVEL, Link.TELL})
TOLD_OF = {Link.TELL: frozenset(TELLS) - CIRCUMSTANCES, Link.SERVED: NETWORKS}


@dataclass(frozen=True, slots=True)
class Column:
    """One link of every account: `code` is -1 where nothing was shown. The rest is of each account's own value."""

    code: Ints
    values: Ints  # by code
    context: Ints  # number of the context that the account stands in
    shown: Ints  # accounts in all that show the value
    shown_here: Ints  # the same, in its context
    here: Ints  # accounts that show anything, by context
    total: int  # accounts that show anything
    order: Ints  # rows by their codes, those that show nothing first
    starts: Ints  # by code, and one more: where in `order` its rows begin
    at_home: Ints | None = None  # as `shown_here`, at home in the same country; None where that is the context

    @property
    def size(self) -> int:
        """How many different values there are."""
        return len(self.values)

    def showing(self, codes: Ints) -> tuple[Ints, Ints]:
        """The rows that show each of the codes, one code after the other, and how many show each."""
        return showing(self.order, self.starts, codes)

    def common(self, rows: Ints, *, without: Ints | Floats | int = 0) -> Floats:
        """How often people show the value of each row where it stands, 0 to 1; `without` are not counted."""
        elsewhere = np.maximum(self.shown[rows] - without + 0.5, 0.5) / max(self.total, 1)
        held = np.maximum(self.shown_here[rows] - without, 0) + KAPPA * elsewhere
        share: Floats = np.minimum(held / (np.maximum(self.here[self.context[rows]] - without, 0) + KAPPA), 1.0)
        return share


@dataclass(frozen=True, slots=True)
class Columns:
    """The accounts that are looked at together, in the order of their times.

    They may be some of a population: then what is counted in their columns is counted among all of it.
    """

    subjects: Ints
    at: Floats  # seconds
    of: Mapping[Link, Column]
    program: Flags  # shows something that only programs and servers show
    population: int

    def __len__(self) -> int:
        return len(self.subjects)


@dataclass(frozen=True, slots=True)
class Traces:
    """Traces by account, in any order."""

    subjects: Ints
    at: Floats  # seconds
    links: Ints  # accounts by STORED places
    tells: Ints  # accounts by words of bits

    def __len__(self) -> int:
        return len(self.subjects)

    def columns(self) -> "Columns":
        """All of them as columns."""
        return columns(self.subjects, self.at, self.links, self.tells)

    def some(self, rows: Ints | Flags) -> "Traces":
        """Those of some accounts."""
        return Traces(self.subjects[rows], self.at[rows], self.links[rows], self.tells[rows])


@dataclass(frozen=True, slots=True)
class Runs:
    """Equal keys beside each other: the places of the keys in their order, and where in that order each run begins."""

    places: Ints
    starts: Ints
    keys: Ints  # by run

    @property
    def count(self) -> Ints:
        """By run: how many keys."""
        return np.diff(self.starts, append=len(self.places))

    def by_place(self, of_run: NDArray[Any]) -> NDArray[Any]:
        """What is known of each run, for each of its keys, in the order in which the keys were given."""
        given = np.empty(len(self.places), dtype=of_run.dtype)
        given[self.places] = np.repeat(of_run, self.count)
        return given


def placed(keys: Ints) -> tuple[Ints, Ints]:
    """Keys from 0 up in their order, equal ones in the order in which they stand: their places, and they.

    Small keys are sorted by their digits, which numpy does for numbers of 16 bits. Else key and place are sorted as one
    number where they fit into one: that is many times as fast as any other sort of places.
    """
    if len(keys) and int(keys.max()) <= SHORT:
        places = np.argsort(keys.astype(np.uint16), kind="stable")
        return places, keys[places]
    bits = len(keys).bit_length()
    if len(keys) and int(keys.max()) < LARGEST >> bits:
        packed = keys.astype(np.int64)  # worked on in place: there can be tens of millions
        packed <<= bits
        packed |= np.arange(len(keys))
        packed.sort()
        return packed & ((1 << bits) - 1), packed >> bits
    places = np.argsort(keys, kind="stable")
    return places, keys[places]


def runs(keys: Ints) -> Runs:
    """Keys from 0 up that are equal, beside each other."""
    places, ordered = placed(keys)
    starts = np.flatnonzero(firsts(ordered))
    return Runs(places, starts, ordered[starts])


@dataclass(frozen=True, slots=True)
class Counts:
    """How many accounts show each key; keys from 0 up, in their order."""

    keys: Ints
    count: Ints

    @classmethod
    def among(cls, keys: Ints) -> "Counts":
        """Count keys."""
        found = runs(keys)
        return cls(found.keys, found.count)

    def at(self, keys: Ints) -> Ints:
        """How many show each of the keys."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.count[place], 0)


@dataclass(frozen=True, slots=True)
class Together:
    """Two parts of devices: the rows that show both, how many accounts show their very two, and how many should."""

    rows: Ints
    expected: Floats
    found: Ints


def showing(order: Ints, starts: Ints, codes: Ints) -> tuple[Ints, Ints]:
    """The rows that show each of the codes, and how many do, where `order` and `starts` are as in a column."""
    first, number = starts[codes], starts[codes + 1] - starts[codes]
    place = np.arange(number.sum()) + np.repeat(first - np.cumsum(number) + number, number)
    return order[place], number


def firsts(ordered: NDArray[Any]) -> Flags:
    """Where in what stands in order each new value begins."""
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def columns(subjects: Ints, at: Floats, links: Ints, tells: Ints) -> Columns:
    """The columns of traces: `links` is accounts by STORED places, `tells` accounts by words of bits."""
    order = np.lexsort((subjects, at))
    with ThreadPoolExecutor(THREADS) as threads:
        stored = threads.map(lambda place: numbered(links[order, place]), range(STORED))
        coded = {Link(place): found for place, found in enumerate(stored)}
        at, tells = at[order], tells[order]
        coded[Link.NOVEL] = _novel(coded), np.arange(len(NOVEL_STEPS))
        coded[Link.DAY] = numbered(day(at))
        coded |= {link: (found, np.arange(len(TELLS))) for link, found in rarest(tells, tells_shown(tells)).items()}
        among = {link: (coded[link][0].astype(np.int32) + 1, len(coded[link][1]) + 1) for link in CONTEXTS}
        made = threads.map(lambda link: _column(link, coded[link], among), coded)
        of = dict(zip(coded, made, strict=True))
    return Columns(subjects[order], at, of, programs(tells), len(subjects))


def standing(link: Link) -> Link:
    """Whom people who show a value of a link are compared with: those of the same of this."""
    return Link.SYSTEM if link in BY_SYSTEM else Link.PLACE if link in BY_PLACE else Link.COUNTRY


def day(at: Floats) -> Ints:
    """The value of the link DAY of accounts that came at these seconds."""
    number: Ints = 1 + (at // DAY_SECONDS).astype(np.int64)
    return number


def numbered(values: Ints) -> tuple[Ints, Ints]:
    """Values as numbers from 0 in their order, -1 for 0, and the values that these stand for."""
    order = np.argsort(values)
    ordered = values[order]
    first = firsts(ordered)
    known, number = ordered[first], np.cumsum(first) - 1
    place = int(np.searchsorted(known, 0))
    if place < len(known) and known[place] == 0:
        number, known = np.where(number == place, -1, number - (number > place)), np.delete(known, place)
    code = np.empty(len(values), dtype=np.int64)
    code[order] = number
    return code, known


def distinct(values: Ints) -> Ints:
    """The values, each once, in their order. numpy's `unique` hashes where nothing else is asked for, and is slower."""
    ordered = np.sort(values)
    return ordered[firsts(ordered)]


def counted(keys: Ints) -> Ints:
    """How often each key, from 0 up, stands among the keys."""
    found = runs(keys)
    return found.by_place(found.count)


def _column(link: Link, coded: tuple[Ints, Ints], among: Mapping[Link, tuple[Ints, int]]) -> Column:
    (code, values), (context, contexts) = coded, among[standing(link)]
    has = code >= 0
    found = runs((code + 1) * contexts + context)
    counts = np.bincount(code + 1, minlength=len(values) + 1)
    looked_at = np.ones(len(code), dtype=bool) if link in ALWAYS_LOOKED_AT else has
    here = np.bincount(context[looked_at], minlength=contexts)
    return Column(
        code.astype(np.int32),
        values,
        context,
        np.where(has, counts[code + 1], 0).astype(np.int32),
        np.where(has, found.by_place(found.count), 0).astype(np.int32),
        here,
        int(looked_at.sum()),
        found.places.astype(np.int32),
        np.cumsum(counts),
        None if standing(link) is Link.COUNTRY else _at_home(code, *among[Link.COUNTRY]),
    )


def _at_home(code: Ints, country: Ints, countries: int) -> Ints:
    found = runs((code + 1) * countries + country)
    return np.where(code >= 0, found.by_place(found.count), 0).astype(np.int32)


def _novel(coded: Mapping[Link, tuple[Ints, Ints]]) -> Ints:
    return novelty(len(coded[Link.GRAPHICS][0]), (_together(coded[one], coded[other]) for one, other in NOVEL_PAIRS))


def _together(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> Together:
    (mine, _), (its, values) = one, other
    rows = np.flatnonzero((mine >= 0) & (its >= 0))
    mine, its = mine[rows], its[rows]
    expected = counted(mine) * counted(its) / max(len(rows), 1)
    return Together(rows, expected, counted(mine * (len(values) + 1) + its))


def novelty(accounts: int, parts: Iterable[Together]) -> Ints:
    """How novel the device of each account is by its parts, in steps; -1 for one that is not."""
    nats = np.zeros(accounts)
    for two in parts:
        missing = np.log((two.expected + DOUBT) / (two.found + DOUBT))
        few = two.found <= np.maximum(NOVEL_AT_MOST, NOVEL_SHARE * two.expected)
        nats[two.rows] += np.where(few & (missing >= NOVEL_LEAST), missing, 0.0)
    steps: Ints = np.searchsorted(NOVEL_STEPS, nats, side="right") - 1
    return steps


def tells_shown(tells: Ints) -> Ints:
    """How many accounts show each tell."""
    return np.array([int(_bit(tells, number).sum()) for number in range(len(TELLS))], dtype=np.int64)


def rarest(tells: Ints, shown: Ints) -> Mapping[Link, Ints]:
    """By link that is drawn from tells: of those that each account shows the one that fewest show, -1 for none."""
    return {link: _rarest(tells, shown, of) for link, of in TOLD_OF.items()}


def _rarest(tells: Ints, shown: Ints, of: frozenset[str]) -> Ints:
    fewest, found = np.full(len(tells), np.inf), np.full(len(tells), -1, dtype=np.int64)
    for number, tell in enumerate(TELLS):
        if tell in of:
            better = _bit(tells, number) & (shown[number] < fewest)
            fewest[better], found[better] = shown[number], number
    return found


def programs(tells: Ints) -> Flags:
    """Who shows something that only programs and servers show."""
    shows = np.zeros(len(tells), dtype=bool)
    for number, tell in enumerate(TELLS):
        if tell in PROGRAMS:
            shows |= _bit(tells, number)
    return shows


def _bit(tells: Ints, number: int) -> Flags:
    found: Flags = (tells[:, number // WORD_BITS] >> (number % WORD_BITS)) & 1 == 1
    return found
