"""The results of bench/detection.py in words and tables, and the guards that they have to pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench._detection_measures import Interval, Numbers, over_seeds
from bench.simulation.population import OPERATORS

RESULTS = "## Last results"
# Recall to reach (0.1 % of honest people accused, 0.3 % in the worst group); what rotates all is told as it is.
TARGETS: Mapping[str, float | None] = {
    "script": 0.98,
    "datacentre": 0.98,
    "phone_farm": 0.98,
    "generator": 0.95,
    "antidetect": 0.90,
    "all_rotating": None,
}
FALSE_MOST, FALSE_WORST, AUC_MOST = 0.001, 0.003, 0.75
GUARDED, RECALL_LEAST = ("script", "datacentre", "phone_farm"), 0.8
# Of honest people who are made into groups: by lot as many as may be accused at all, in crowds as in the worst group.
PLACEBOS = {"crowd": FALSE_WORST, "address": FALSE_WORST, "random": FALSE_MOST}
WORDS = {
    "rings": "rings",
    "score": "score per account",
    "components": "connected components",
    "blocks": "FRAUDAR",
    "crowd": "crowds as they came",
    "address": "all behind one address",
    "random": "people by lot, 6 to 60",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for."""

    seeds: int
    accounts: int
    quick: bool
    first: int = 1

    @property
    def numbers(self) -> range:
        """The seeds."""
        return range(self.first, self.first + self.seeds)

    @property
    def command(self) -> str:
        """How to run it again."""
        quick = " --fast" if self.quick else ""
        return f"python -m bench.detection --first {self.first} --seeds {self.seeds} --accounts {self.accounts}{quick}"


@dataclass(frozen=True, slots=True)
class Results:
    """By way and seed what was caught; by seed what else was measured; the area under the curve of single rows."""

    ways: Mapping[str, Sequence[Numbers]]
    more: Sequence[Numbers]
    aucs: tuple[float, float]

    def of(self, way: str, name: str) -> Interval:
        """A number over seeds."""
        return over_seeds(self.ways[way], name)

    def about(self, name: str) -> Interval:
        """A number over seeds that is of no way."""
        return over_seeds(self.more, name)

    @property
    def auc(self) -> float:
        """How well single rows tell late operators from people."""
        return sum(self.aucs) / len(self.aucs)

    @property
    def worst(self) -> tuple[str, Interval]:
        """The honest group of which most are accused."""
        names = {name for numbers in self.ways["rings"] for name in numbers if name.startswith("false ")}
        found = {name.removeprefix("false "): self.of("rings", name) for name in sorted(names - {"false all"})}
        return max(found.items(), key=lambda item: item[1].mean)

    @property
    def ratio(self) -> float:
        """Share of operators' accounts in rings, to what the best other way catches."""
        others = [self.of(way, "recall all").mean for way in self.ways if way != "rings"]
        return self.of("rings", "recall all").mean / max(*others, 1e-9)


def failures(results: Results) -> list[str]:
    """The guards that fail."""
    checks = {f"recall of {kind} below {RECALL_LEAST}": _short(results, kind) for kind in GUARDED}
    false = results.of("rings", "false all").mean
    checks[f"{false:.3%} of honest people in rings"] = false > FALSE_MOST
    checks[f"single rows tell late operators apart: {results.auc:.3f}"] = results.auc > AUC_MOST
    for name, most in PLACEBOS.items():
        share = results.about(f"placebo {name}").mean
        checks[f"placebo rings of {WORDS[name]}: {share:.3%}"] = share > most
    return [words for words, failed in checks.items() if failed]


def _short(results: Results, kind: str) -> bool:
    return results.of("rings", f"recall {kind}").mean < RECALL_LEAST


def told(results: Results, asked: Asked) -> list[str]:
    """All of it as lines of a page."""
    way = "without a database" if asked.quick else "through the front door"
    lines = [f"`{asked.command}`: {asked.seeds} histories of {asked.accounts:,} accounts, {way}.", ""]
    parts = (_recall, _beside, _false, _rings, _admitted, _checks)
    return lines + [line for part in parts for line in (*part(results), "")][:-1]


def page(text: str, lines: Sequence[str]) -> str:
    """The page with these lines under the heading of the results, which is its last."""
    before, heading, _ = text.partition(RESULTS)
    return f"{before}{heading or RESULTS}\n\n" + "\n".join(lines) + "\n"


def _recall(results: Results) -> Iterator[str]:
    yield "| accounts in rings, by kind of operator | found | 95 % | worst seed | to reach | |"
    yield "|---|---|---|---|---|---|"
    for kind, reach in TARGETS.items():
        found = results.of("rings", f"recall {kind}")
        met = "" if reach is None else "met" if found.mean >= reach else "not met"
        yield f"| `{kind}` | {_share(found)} | {found.lowest:.3f} | {'as found' if reach is None else reach} | {met} |"
    found = results.of("rings", "recall all")
    yield f"| all | {_share(found)} | {found.lowest:.3f} | | |"


def _share(of: Interval) -> str:
    return f"{of.mean:.3f} | {of.low:.3f} to {of.high:.3f}"


def _beside(results: Results) -> Iterator[str]:
    yield f"| found by | {' | '.join(f'`{kind}`' for kind in OPERATORS)} | all | honest people accused, % |"
    yield f"|---|{'---|' * (len(OPERATORS) + 2)}"
    for way in results.ways:
        recalls = " | ".join(f"{results.of(way, f'recall {kind}').mean:.3f}" for kind in (*OPERATORS, "all"))
        yield f"| {WORDS[way]} | {recalls} | {100 * results.of(way, 'false all').mean:.3f} |"


def _false(results: Results) -> Iterator[str]:
    yield "| honest people in rings | % | 95 % | worst seed | at most | |"
    yield "|---|---|---|---|---|---|"
    yield _false_line("all", results.of("rings", "false all"), FALSE_MOST)
    worst, _ = results.worst
    names = {name.removeprefix("false ") for name in results.ways["rings"][0] if name.startswith("false ")} - {"all"}
    for name in sorted(names, key=lambda name: -results.of("rings", f"false {name}").mean):
        found = results.of("rings", f"false {name}")
        if found.mean > 0 or name == worst:
            yield _false_line(f"`{name}`", found, FALSE_WORST)
    none = sum(results.of("rings", f"false {name}").mean == 0 for name in names)
    if none:
        yield f"| {none} other groups | 0 | | | | met |"


def _false_line(name: str, of: Interval, most: float) -> str:
    numbers = f"{100 * of.mean:.3f} | {100 * of.low:.3f} to {100 * of.high:.3f} | {100 * of.highest:.3f}"
    return f"| {name} | {numbers} | {100 * most:.1f} | {'met' if of.mean <= most else 'not met'} |"


def _rings(results: Results) -> Iterator[str]:
    pure, several = results.about("purity"), results.about("rings an operator")
    yield (
        f"Of a ring's accounts {pure.mean:.1%} ({pure.low:.1%} to {pure.high:.1%}) are of its commonest operator; "
        f"an operator that was found stands in {several.mean:.2f} rings."
    )


def _admitted(results: Results) -> Iterator[str]:
    yield "| before an operator was known | accounts admitted | 95 % | share of its accounts | all of them, operators |"
    yield "|---|---|---|---|---|"
    for kind in OPERATORS:
        number, share, late = (results.about(f"{what} {kind}") for what in ("admitted", "share admitted", "late"))
        yield (
            f"| `{kind}` | {number.mean:.0f} | {number.low:.0f} to {number.high:.0f} | {share.mean:.0%} "
            f"| {late.mean:.0%} |"
        )
    accused = results.about("accused")
    yield ""
    yield f"In any of those rounds {accused.mean:.3%} of honest people stood in a ring (worst: {accused.highest:.3%})."


def _checks(results: Results) -> Iterator[str]:
    yield "| check of honesty | measured | at most | |"
    yield "|---|---|---|---|"
    for name, most in PLACEBOS.items():
        share = results.about(f"placebo {name}")
        met = "met" if share.mean <= most else "not met"
        yield f"| placebo rings: {WORDS[name]} | {share.mean:.3%} | {most:.1%} | {met} |"
    met = "met" if results.auc <= AUC_MOST else "not met"
    both = " and ".join(f"{value:.3f}" for value in results.aucs)
    yield f"| single rows of late operators, area under the curve | {results.auc:.3f} ({both}) | {AUC_MOST} | {met} |"
    yield ""
    yield "| found by weights learnt on other seeds | with this kind | without this kind | accused without it, % |"
    yield "|---|---|---|---|"
    for kind in OPERATORS:
        of_all, of_others, false = (
            results.about(name) for name in (f"with {kind}", f"without {kind}", f"without false {kind}")
        )
        yield f"| `{kind}` | {_span(of_all)} | {_span(of_others)} | {100 * false.mean:.3f} |"


def _span(of: Interval) -> str:
    return f"{of.mean:.3f} ({of.low:.3f} to {of.high:.3f})"
