"""The results of bench/usage_detection.py in words and tables, and the guards that they have to pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench._detection_measures import Interval, Numbers, over_seeds
from bench._usage_measures import EACH, WAYS
from bench.simulation.population import OPERATORS

RESULTS = "## Found by what accounts do"
RECALL = 0.95  # of operators' used accounts, to reach
FALSE_MOST, FALSE_WORST = 0.001, 0.003
WORDS = {
    "use": "rings, with use",
    "held": "of these surely rings, whose members are held",
    "signups": "rings, by signups alone",
    "address": "one address, many accounts",
    "volume": "much use",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for."""

    seeds: Sequence[str]
    accounts: int
    every: float  # days from round to round

    @property
    def command(self) -> str:
        """How to run it again."""
        every = f" --every {self.every:g}"
        return f"python -m bench.usage_detection --seeds {' '.join(self.seeds)} --accounts {self.accounts}{every}"


@dataclass(frozen=True, slots=True)
class Results:
    """By way and seed what was caught."""

    ways: Mapping[str, Sequence[Numbers]]

    def of(self, way: str, name: str) -> Interval:
        """A number over seeds."""
        return over_seeds(self.ways[way], name)

    @property
    def groups(self) -> list[str]:
        """The honest groups, the one of which most are accused first."""
        names = {name.removeprefix("false ") for each in self.ways["use"] for name in each if name.startswith("false ")}
        return sorted(names - {"all"}, key=lambda name: (-self.of("use", f"false {name}").mean, name))

    @property
    def ratio(self) -> float:
        """Operators' accounts found with use, to those found by the best other way."""
        others = [self.of(way, "recall all").mean for way in self.ways if way not in {"use", "held"}]
        return self.of("use", "recall all").mean / max(*others, 1e-9)


def failures(results: Results) -> list[str]:
    """The guards that fail."""
    false, worst = results.of("use", "false all").mean, results.groups[0]
    of_worst = results.of("use", f"false {worst}").mean
    checks = {
        f"{false:.3%} of honest people in rings": false > FALSE_MOST,
        f"{of_worst:.3%} of the honest group {worst} in rings": of_worst > FALSE_WORST,
    }
    return [words for words, failed in checks.items() if failed]


def told(results: Results, asked: Asked) -> list[str]:
    """All of it as lines of a page."""
    seeds = len(asked.seeds)
    histories = "1 history" if seeds == 1 else f"{seeds} histories"
    lines = [f"`{asked.command}`: {histories} of {asked.accounts:,} accounts.", ""]
    return lines + [line for part in (_recall, _beside, _false) for line in (*part(results), "")][:-1]


def section(text: str, heading: str, lines: Sequence[str]) -> str:
    """The page with these lines as the last part under a heading: what follows its line `Measured:` until the next."""
    before, found, after = text.partition(f"{heading}\n")
    if not found:
        raise ValueError(f"the page has no heading {heading!r}")
    words, _, rest = after.partition("\n## ")
    kept = words.partition("\nMeasured:\n")[0].rstrip("\n")
    following = f"\n## {rest}" if rest else ""
    return f"{before}{found}{kept}\n\nMeasured:\n\n" + "\n".join(lines) + "\n" + following


def _recall(results: Results) -> Iterator[str]:
    yield "| used accounts found in time | with use | 95 % | worst seed | surely rings | by signups alone |"
    yield "|---|---|---|---|---|---|"
    known = [name for name in (*OPERATORS, *WAYS, "all") if results.of("use", f"recall {name}").mean >= 0]
    for name in known:  # not every history has an operator of every kind
        found, held, signups = (results.of(way, f"recall {name}").mean for way in ("use", "held", "signups"))
        over = results.of("use", f"recall {name}")
        spread = f"{over.low:.3f} to {over.high:.3f} | {over.lowest:.3f}"
        yield f"| {name if name == 'all' else f'`{name}`'} | {found:.3f} | {spread} | {held:.3f} | {signups:.3f} |"
    reached, recall = results.of("use", "reached").mean, results.of("use", "recall all").mean
    number = sum(round(each["operators"]) for each in results.ways["use"])
    yield ""
    yield (
        f"To reach: {RECALL} of all ({_met(recall >= RECALL)}), and {EACH} of each operator: "
        f"{reached:.0%} of {number} operators do ({_met(reached >= 1)})."
    )


def _beside(results: Results) -> Iterator[str]:
    yield "| found by | used accounts | operators found | honest people accused at the end, % | at any moment, % |"
    yield "|---|---|---|---|---|"
    for way in results.ways:
        recall, reached, false, ever = (
            results.of(way, name).mean for name in ("recall all", "reached", "false all", "ever all")
        )
        yield f"| {WORDS[way]} | {recall:.3f} | {reached:.0%} | {100 * false:.3f} | {100 * ever:.3f} |"


def _false(results: Results) -> Iterator[str]:
    yield "| honest people in rings, with use | at the end, % | worst seed | at any moment, % | at most | |"
    yield "|---|---|---|---|---|---|"
    yield _false_line(results, "all", FALSE_MOST)
    accused = [name for name in results.groups if results.of("use", f"ever {name}").mean > 0]
    yield from (_false_line(results, name, FALSE_WORST) for name in accused)
    if len(accused) < len(results.groups):
        yield f"| {len(results.groups) - len(accused)} other groups | 0 | 0 | 0 | | met |"


def _false_line(results: Results, name: str, most: float) -> str:
    end, ever = results.of("use", f"false {name}"), results.of("use", f"ever {name}")
    shares = f"{100 * end.mean:.3f} | {100 * end.highest:.3f} | {100 * ever.mean:.3f}"
    return f"| {name if name == 'all' else f'`{name}`'} | {shares} | {100 * most:.1f} | {_met(end.mean <= most)} |"


def _met(is_so: object) -> str:
    return "met" if is_so else "not met"
