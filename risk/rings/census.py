"""What all accounts show, counted once: a round over newcomers looks only at who could have to do with them. Pure.

A full round takes the census. Later ones count in who came since, by its counts: a value is as common, and a ring as
likely, as in a round over all. Looked at are the newcomers, those before them who share something rare with one in two
aspects, and whoever is asked for besides (the members of rings that are touched). What shows only among those who were
there before is left to the next full round.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from risk.rings.columns import (
    ALWAYS_LOOKED_AT,
    NOVEL_PAIRS,
    THREADS,
    Column,
    Columns,
    Counts,
    Flags,
    Floats,
    Ints,
    Together,
    Traces,
    day,
    distinct,
    firsts,
    novelty,
    programs,
    rarest,
    runs,
    showing,
    standing,
    tells_shown,
)
from risk.rings.links import EVIDENCE, STORED, Link

LEADS_MOST = 100, 0.001  # accounts, and the share of all, up to which a value leads from a newcomer to others
ASPECTS_SHARED = 2  # in which somebody shares something rare with a newcomer, to be looked at


@dataclass(frozen=True, slots=True)
class Counted:
    """One link of all accounts, as in a column: what is needed to count more in and to look them up."""

    code: Ints
    values: Ints  # by code
    order: Ints
    starts: Ints
    among: Ints  # accounts that show anything, by context
    here: Counts  # accounts by code * contexts + context
    home: Counts | None  # by code * countries + country, where the context is another one

    @property
    def size(self) -> int:
        """How many different values there are."""
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Census:
    """All accounts in the order of their times, and how many of them show each value where they stand."""

    subjects: Ints
    at: Floats  # seconds
    program: Flags
    of: Mapping[Link, Counted]
    parts: tuple[Counts, ...]  # of each of NOVEL_PAIRS: by code * values of the other + its code
    tells: Ints  # accounts by tell

    def __len__(self) -> int:
        return len(self.subjects)


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Who came since a census, by its codes; after these stand new ones, for values that nobody showed before."""

    traces: Traces
    code: Mapping[Link, Ints]
    new: Mapping[Link, Ints]  # the values of the new codes


def take(accounts: Columns, tells: Ints) -> Census:
    """Count what all accounts show; `tells` as their traces have them, in any order."""
    with ThreadPoolExecutor(THREADS) as threads:
        of = dict(zip(accounts.of, threads.map(lambda link: _counted(accounts, link), accounts.of), strict=True))
        parts = tuple(threads.map(lambda pair: _parts(accounts, *pair), NOVEL_PAIRS))
    return Census(accounts.subjects, accounts.at, accounts.program, of, parts, tells_shown(tells))


def _counted(accounts: Columns, link: Link) -> Counted:
    column = accounts.of[link]
    home = None if column.at_home is None else _counts(accounts, link, Link.COUNTRY)
    here = _counts(accounts, link, standing(link))
    return Counted(column.code, column.values, column.order, column.starts, column.here, here, home)


def _counts(accounts: Columns, link: Link, among: Link) -> Counts:
    code, context = accounts.of[link].code, accounts.of[among].code
    shows = code >= 0
    return Counts.among(code[shows].astype(np.int64) * (accounts.of[among].size + 1) + (context[shows] + 1))


def _parts(accounts: Columns, one: Link, other: Link) -> Counts:
    mine, its = accounts.of[one].code, accounts.of[other].code
    both = (mine >= 0) & (its >= 0)
    return Counts.among(mine[both].astype(np.int64) * (accounts.of[other].size + 1) + its[both])


def counted_in(census: Census, traces: Traces) -> Newcomers:
    """Newcomers by the codes of a census."""
    code: dict[Link, Ints] = {}
    new: dict[Link, Ints] = {}
    shown = {Link(place): traces.links[:, place] for place in range(STORED)} | {Link.DAY: day(traces.at)}
    for link, values in shown.items():
        code[link], new[link] = _coded(census.of[link].values, values)
    parts = (_together(census, code, number) for number in range(len(NOVEL_PAIRS)))
    drawn = {Link.NOVEL: novelty(len(traces), parts)}
    drawn |= rarest(traces.tells, census.tells + tells_shown(traces.tells))
    return Newcomers(traces, code | drawn, new | dict.fromkeys(drawn, np.empty(0, dtype=np.int64)))


def _coded(known: Ints, values: Ints) -> tuple[Ints, Ints]:
    place = np.minimum(np.searchsorted(known, values), max(len(known) - 1, 0))
    met = known[place] == values if len(known) else np.zeros(len(values), dtype=bool)
    new = distinct(values[~met & (values != 0)])
    code = np.where(met, place, len(known) + np.searchsorted(new, values))
    return np.where(values == 0, -1, code), new


def _together(census: Census, code: Mapping[Link, Ints], number: int) -> Together:
    """Two parts of newcomers' devices, among all accounts."""
    one, other = NOVEL_PAIRS[number]
    counts, width = census.parts[number], census.of[other].size + 1
    rows = np.flatnonzero((code[one] >= 0) & (code[other] >= 0))
    mine, its = code[one][rows], code[other][rows]
    known = (mine < census.of[one].size) & (its < width - 1)
    before = np.where(known, counts.at(mine * width + its), 0)
    wide = int(its.max(initial=0)) + 1
    found = before + Counts.among(mine * wide + its).at(mine * wide + its)
    of_mine = _showing(counts.keys // width, counts.count, mine)
    of_its = _showing(counts.keys % width, counts.count, its)
    return Together(rows, of_mine * of_its / max(int(counts.count.sum()) + len(rows), 1), found)


def _showing(codes: Ints, count: Ints, asked: Ints) -> Ints:
    """How many show each of the codes, those who ask among them."""
    most = int(max(codes.max(initial=0), asked.max(initial=0))) + 1
    shown = np.bincount(codes, count, minlength=most).astype(np.int64) + np.bincount(asked, minlength=most)
    return shown[asked]


def near(census: Census, newcomers: Newcomers) -> Ints:
    """The rows of the census that share something rare with one of the newcomers in two aspects or more."""
    keys = []
    for links in EVIDENCE.values():
        shared = [_near_by(census, newcomers, link) for link in links if link not in ALWAYS_LOOKED_AT]
        keys.append(distinct(np.concatenate([np.empty(0, dtype=np.int64), *shared])))
    found = np.sort(np.concatenate(keys))
    starts = np.flatnonzero(firsts(found))
    several = np.diff(starts, append=len(found)) >= ASPECTS_SHARED
    return distinct(found[starts[several]] % max(len(census), 1))


def _near_by(census: Census, newcomers: Newcomers, link: Link) -> Ints:
    column, code = census.of[link], newcomers.code[link]
    asking = np.flatnonzero((code >= 0) & (code < column.size))
    shown = column.starts[code[asking] + 1] - column.starts[code[asking]]
    few, share = LEADS_MOST
    asking = asking[shown <= max(few, share * len(census))]
    rows, number = showing(column.order, column.starts, code[asking])
    keys: Ints = np.repeat(asking, number) * len(census) + rows
    return keys


def among(census: Census, newcomers: Newcomers, rows: Ints) -> Columns:
    """Newcomers and some of the census together, as they stand among all accounts."""
    traces = newcomers.traces
    at = np.concatenate([census.at[rows], traces.at])
    subjects = np.concatenate([census.subjects[rows], traces.subjects])
    order = np.lexsort((subjects, at))
    code = {
        link: np.concatenate([counted.code[rows], newcomers.code[link]]).astype(np.int64)[order]
        for link, counted in census.of.items()
    }
    program = np.concatenate([census.program[rows], programs(traces.tells)])[order]
    of = {link: _column(census, newcomers, link, code) for link in census.of}
    return Columns(subjects[order], at[order], of, program, len(census) + len(traces))


def _column(census: Census, newcomers: Newcomers, link: Link, codes: Mapping[Link, Ints]) -> Column:
    """A column of some accounts with the counts of all."""
    column, code, theirs = census.of[link], codes[link], newcomers.code[link]
    known = distinct(code[code >= 0])
    place = np.where(code >= 0, np.searchsorted(known, code), -1)
    its_context = newcomers.code[standing(link)] + 1
    looked_at = np.ones(len(theirs), dtype=bool) if link in ALWAYS_LOOKED_AT else theirs >= 0
    here = np.bincount(its_context[looked_at], minlength=len(column.among))
    here[: len(column.among)] += column.among
    return Column(
        place.astype(np.int32),
        _values(column, newcomers.new[link], known),
        (codes[standing(link)] + 1).astype(np.int32),
        _in_all(column, code, theirs),
        _together_with(census, newcomers, codes, (link, standing(link))),
        here,
        int(here.sum()),
        runs(place + 1).places,
        np.cumsum(np.bincount(place + 1, minlength=len(known) + 1)),
        None if column.home is None else _together_with(census, newcomers, codes, (link, Link.COUNTRY)),
    )


def _values(column: Counted, new: Ints, codes: Ints) -> Ints:
    values = np.empty(len(codes), dtype=np.int64)
    known = codes < column.size
    values[known], values[~known] = column.values[codes[known]], new[codes[~known] - column.size]
    return values


def _in_all(column: Counted, code: Ints, theirs: Ints) -> Ints:
    """Accounts in all that show each code."""
    known = np.flatnonzero((code >= 0) & (code < column.size))
    shown = np.where(code >= 0, Counts.among(theirs[theirs >= 0]).at(code), 0)
    shown[known] += column.starts[code[known] + 1] - column.starts[code[known]]
    return shown


def _together_with(census: Census, newcomers: Newcomers, codes: Mapping[Link, Ints], of: tuple[Link, Link]) -> Ints:
    """Accounts in all that show each one's code of a link where its code of another one is shown too."""
    link, other = of
    column = census.of[link]
    counts = column.here if column.home is None or other is standing(link) else column.home
    code, among, width = codes[link], codes[other] + 1, census.of[other].size + 1
    known = np.flatnonzero((code >= 0) & (code < column.size) & (among < width))
    theirs, their_among = newcomers.code[link], newcomers.code[other] + 1
    wide = int(max(among.max(initial=0), their_among.max(initial=0))) + 1
    of_theirs = Counts.among((theirs * wide + their_among)[theirs >= 0])
    shown = np.where(code >= 0, of_theirs.at(code * wide + among), 0)
    shown[known] += counts.at(code[known] * width + among[known])
    return shown
