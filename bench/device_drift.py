"""How many browsers are known again after a while, and how many are taken for another: graded matching and one hash.

Each browser is seen once, drifts unseen for 7, 30 or 90 days, and comes again, among as many that were never seen.
Counts are learnt from the first sightings only. A false merge is a sighting given a device that is not its own. "Too
far" are those that changed further than a device does by itself (risk.recognition.distance), and "of others" how many
are so of other machines of the same system, put in their place.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from bench._browsers import RATES, Browser, Rates, population
from risk.recognition.blocking import block_keys
from risk.recognition.components import Print, print_of
from risk.recognition.distance import drifted
from risk.recognition.matching import Candidate, Known, Match, match
from risk.recognition.rarity import ALL, count_keys, rarity_of

HORIZONS = (7, 30, 90)
REACH = {7: 0.95, 30: 0.90, 90: 0.80}
MERGES_MOST = 0.005
COMPUTERS = ("desktop", "laptop", "macbook")
PER_KEY = 6  # as in risk.devices
STARTS_AT = 400.0  # the day of the first sighting: everybody has a past


@dataclass(slots=True)
class Tally:
    """What became of the sightings of a group."""

    returned: int = 0
    again: int = 0
    again_by_hash: int = 0
    sightings: int = 0
    merged: int = 0
    merged_by_hash: int = 0
    alike: int = 0  # returned, and another has the same print
    alike_merged: int = 0
    far: int = 0  # of those that returned
    others: int = 0  # other machines of the same system and platform
    others_far: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


@dataclass(slots=True)
class Memory:
    """What risk.devices keeps in PostgreSQL, in dictionaries."""

    prints: list[Print] = field(default_factory=list)
    blocks: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[int] = field(default_factory=Counter)
    visitors: dict[int | None, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, seen: Print) -> None:
        """Remember the next device."""
        number = len(self.prints)
        self.prints.append(seen)
        self.visitors[seen.visitor].append(number)
        for place, key in enumerate(block_keys(seen)):
            if key is not None:
                self.blocks[place, key].append(number)
        self.counts.update([ALL, *count_keys(seen).values()])

    def find(self, seen: Print, *, days: float) -> Match:
        """Know a print again."""
        numbers = set(self.visitors[seen.visitor][-PER_KEY:]) if seen.visitor in self.visitors else set()
        for place, key in enumerate(block_keys(seen)):
            if key is not None and (place, key) in self.blocks:
                numbers.update(self.blocks[place, key][-PER_KEY:])
        candidates = [Candidate(number, self.prints[number], days) for number in sorted(numbers)]
        return match(seen, candidates, rarity_of(seen, count_keys(seen), self.counts))


def digest(name: str, text: str) -> int:
    """A hash of a component."""
    return int.from_bytes(blake2b(f"{name}\n{text}".encode(), digest_size=8).digest(), "big", signed=True)


def simulate(size: int, *, days: int, rates: Rates, seed: int) -> dict[str, Tally]:
    """Let a population come, drift and come again among newcomers; a tally for each group."""
    rng = random.Random(seed)
    browsers, newcomers = population(size, rng), population(size, rng)
    memory = Memory()
    for browser in browsers:
        memory.add(_seen(browser, STARTS_AT, rates, rng))
    tallies: dict[str, Tally] = defaultdict(Tally)
    last_of: dict[tuple[int | None, ...], Print] = {}
    for number, browser in enumerate(browsers):
        browser.live(days, rates, rng)
        seen = _seen(browser, STARTS_AT + days, rates, rng)
        _count(tallies[browser.group], seen, memory, own=number, days=days)
        _count_far(tallies[browser.group], memory.prints[number], seen, last_of, days=days)
    for browser in newcomers:
        _count(tallies[browser.group], _seen(browser, STARTS_AT + days, rates, rng), memory, own=None, days=days)
    return tallies


def _seen(browser: Browser, day: float, rates: Rates, rng: random.Random) -> Print:
    page = browser.shows(day, rates, rng)
    return print_of(page.report, page.agent, page.further, digest)


def _count(tally: Tally, seen: Print, memory: Memory, *, own: int | None, days: int) -> None:
    found = memory.find(seen, days=days)
    alike = memory.visitors.get(seen.visitor, [])
    known = found.how is not Known.NEW
    tally.sightings += 1
    tally.merged += known and found.number != own
    tally.merged_by_hash += bool(alike) and alike != [own]
    if own is not None:
        crowd = len(memory.visitors[memory.prints[own].visitor]) > 1
        tally.returned += 1
        tally.again += known and found.number == own
        tally.again_by_hash += alike == [own]
        tally.alike += crowd
        tally.alike_merged += crowd and known


def _count_far(
    tally: Tally, then: Print, now: Print, last_of: dict[tuple[int | None, ...], Print], *, days: int
) -> None:
    system = (then.values.get("system"), then.values.get("platform"))
    tally.far += bool(drifted(then.values, now.values, days))
    if (other := last_of.get(system)) is not None:
        tally.others += 1
        tally.others_far += bool(drifted(then.values, other.values, days))
    last_of[system] = now


def together(tallies: Mapping[str, Tally], groups: Iterable[str]) -> Tally:
    """The tallies of groups as one."""
    total = Tally()
    for group in groups:
        total += tallies.get(group, Tally())
    return total


def _row(days: int, group: str, tally: Tally) -> str:
    merged, hashed = tally.merged / tally.sightings, tally.merged_by_hash / tally.sightings
    again, by_hash = tally.again / tally.returned, tally.again_by_hash / tally.returned
    return (
        f"| {days:>2} | {group:<9} | {again:6.1%} | {by_hash:6.1%} | {merged:6.2%} | {hashed:6.2%} "
        f"| {tally.alike / tally.returned:6.1%} | {tally.alike_merged / max(1, tally.alike):6.2%} "
        f"| {tally.far / tally.returned:6.2%} | {tally.others_far / max(1, tally.others):6.1%} |"
    )


def measure(asked: argparse.Namespace, rates: Rates) -> float:
    """Print the table of one speed of drift; the share of computers known again, to the reach, at its tightest."""
    print(f"\nRates times {rates.times:g}, {asked.browsers} browsers and as many newcomers, seeds {asked.seeds}\n")
    titles = ("days", "group", "known again", "by one hash", "false merges", "by one hash", "have a double")
    print(f"| {' | '.join(titles)} | of them merged | too far | of others |\n{'|---' * 10}|")
    tightest = float("inf")
    for days in HORIZONS:
        runs = [simulate(asked.browsers, days=days, rates=rates, seed=seed) for seed in asked.seeds]
        groups = {group: sum((run[group] for run in runs), Tally()) for group in sorted(set().union(*runs))}
        computers = together(groups, COMPUTERS)
        for group, tally in {**groups, "computers": computers}.items():
            print(_row(days, group, tally))
        tightest = min(tightest, computers.again / computers.returned / REACH[days])
    return tightest


def main() -> None:
    """Print a table for each speed of drift; the ratio is that of the published speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browsers", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102])
    parser.add_argument("--times", type=float, nargs="+", default=[1.0, 1.5])
    asked = parser.parse_args()
    ratios = [measure(asked, replace(RATES, times=times)) for times in asked.times]
    print(f"\nratio: {ratios[0]:.3f}")


if __name__ == "__main__":
    main()
