"""What two policies say of the same stored facts, added up: who moves, from where to where, why, and who they are.

Pure. A tally is small, goes to and fro as JSON and is added to others, so that shares of the work can be done apart.
"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import Any, TypeVar

import msgspec

from risk.explaining import moved
from risk.facts import Facts
from risk.groups import OTHER, groups_of
from risk.intervals import Z_95
from risk.outcome import Outcome
from risk.scoring import Verdict

EXAMPLES = 12  # kept each way: those whose score changes most
VALUES_MOST = 400  # of a group; what comes later is counted together, so that no report grows without bound
BAD_MOST = 20  # rows named that could not be read
TELLING = 0.05  # log-odds: a smaller change of a reason is not told with an example

Matrix = dict[str, dict[str, int]]


class Way(StrEnum):
    """Which way an account moves."""

    HARSHER = "harsher"
    SOFTER = "softer"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one policy makes of an account."""

    verdict: Verdict
    tier: str
    held: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """What was decided when the facts were stored."""

    subject: int
    outcome: str
    score: float
    policy: str  # digest


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled account as both policies judge it without what told the label: words and reports taken out."""

    abuse: bool
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One account: its facts, what was stored, and what the policy in force and the draft say of it."""

    facts: Facts
    stored: Stored
    before: Judgement
    after: Judgement
    labelled: Labelled | None = None


@dataclass(slots=True)
class Share:
    """How many of a group there are, and how many move."""

    total: int = 0
    harsher: int = 0
    softer: int = 0
    tier: int = 0  # stand on another tier


@dataclass(slots=True)
class Change:
    """What a reason's weight does to those who move: how many gain it or lose it, and by how much together."""

    gained: int = 0
    lost: int = 0
    weight: float = 0.0  # log-odds, summed


@dataclass(slots=True)
class Caught:
    """Labelled accounts at one level: how many each policy holds or asks, and those that only one of them does."""

    total: int = 0
    before: int = 0
    after: int = 0
    only_before: int = 0
    only_after: int = 0


Countable = TypeVar("Countable", Share, Change, Caught)


@dataclass(frozen=True, slots=True)
class Example:
    """An account that moves, with the reasons whose weight changes (after less before, in log-odds)."""

    subject: int
    outcomes: tuple[str, str]
    tiers: tuple[str, str]
    scores: tuple[float, float]
    reasons: tuple[tuple[str, float], ...]

    @property
    def order(self) -> tuple[float, int]:
        """The greatest change of score first; the same examples are kept however the work was shared."""
        return abs(self.scores[1] - self.scores[0]), -self.subject


@dataclass(slots=True)
class Tally:
    """Everything counted so far."""

    total: int = 0
    bad: int = 0
    bad_rows: list[int] = field(default_factory=list)  # assessments that could not be judged
    outcomes: Matrix = field(default_factory=dict)  # in force -> draft
    tiers: Matrix = field(default_factory=dict)
    held: Matrix = field(default_factory=dict)
    stored: dict[str, int] = field(default_factory=dict)  # why the stored decision is not that of the policy in force
    reasons: dict[str, Change] = field(default_factory=dict)
    groups: dict[str, dict[str, Share]] = field(default_factory=dict)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    labelled: dict[str, Caught] = field(default_factory=dict)  # "abuse review" -> abusive accounts held for review

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types; `from_json` gives back an equal tally."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Tally":
        """A tally of its JSON form. Raises msgspec.ValidationError."""
        return msgspec.convert(plain, cls)

    def add(self, row: Row) -> None:
        """Count an account."""
        before, after = row.before.verdict, row.after.verdict
        self.total += 1
        _count(self.outcomes, before.outcome, after.outcome)
        _count(self.tiers, row.before.tier, row.after.tier)
        _count(self.held, _held(row.before), _held(row.after))
        if why := _differs(row.stored, before):
            self.stored[why] = self.stored.get(why, 0) + 1
        way, tier = way_of(before.outcome, after.outcome), row.before.tier != row.after.tier
        for group, value in groups_of(row.facts).items():
            _share(self.groups.setdefault(group, {}), value, Share(1, way is Way.HARSHER, way is Way.SOFTER, tier))
        if way is not None or tier:
            self._moved(row, way)
        if row.labelled is not None:
            self._label(row.labelled)

    def fail(self, assessment: int) -> None:
        """Count a row that could not be judged."""
        self.bad += 1
        self.bad_rows = sorted([*self.bad_rows, assessment])[:BAD_MOST]

    def merge(self, other: "Tally") -> None:
        """Count all that another has counted."""
        self.total += other.total
        self.bad += other.bad
        self.bad_rows = sorted([*self.bad_rows, *other.bad_rows])[:BAD_MOST]
        for mine, theirs in ((self.outcomes, other.outcomes), (self.tiers, other.tiers), (self.held, other.held)):
            for before, cells in theirs.items():
                for after, number in cells.items():
                    _count(mine, before, after, number)
        for why, number in other.stored.items():
            self.stored[why] = self.stored.get(why, 0) + number
        for code, change in other.reasons.items():
            self._change(code, change)
        for group, values in other.groups.items():
            for value, share in values.items():
                _share(self.groups.setdefault(group, {}), value, share)
        for way, examples in other.examples.items():
            self.examples[way] = _foremost([*self.examples.get(way, []), *examples])
        for level, caught in other.labelled.items():
            _add(self.labelled.setdefault(level, Caught()), caught)

    def _moved(self, row: Row, way: Way | None) -> None:
        deltas = changes(row.before.verdict, row.after.verdict)
        for code, (had, has) in deltas.items():
            self._change(code, Change(had is None, has is None, (has or 0.0) - (had or 0.0)))
        told = sorted(((code, (has or 0.0) - (had or 0.0)) for code, (had, has) in deltas.items()), key=_weightiest)
        example = Example(
            subject=row.stored.subject,
            outcomes=(row.before.verdict.outcome, row.after.verdict.outcome),
            tiers=(row.before.tier, row.after.tier),
            scores=(row.before.verdict.score, row.after.verdict.score),
            reasons=tuple(change for change in told if abs(change[1]) >= TELLING),
        )
        kept = self.examples.get(way or "tier only", [])
        self.examples[way or "tier only"] = _foremost([*kept, example])

    def _change(self, code: str, change: Change) -> None:
        _add(self.reasons.setdefault(code, Change()), change)

    def _label(self, labelled: Labelled) -> None:
        for level in (Outcome.CHALLENGE, Outcome.REVIEW, Outcome.DENY):
            before = labelled.before.severity >= level.severity
            after = labelled.after.severity >= level.severity
            seen = Caught(1, before, after, before and not after, after and not before)
            kind = "abuse" if labelled.abuse else "honest"
            _add(self.labelled.setdefault(f"{kind} {level}", Caught()), seen)


def way_of(before: Outcome, after: Outcome) -> Way | None:
    """Which way an outcome moves, if it does."""
    if before is after:
        return None
    return Way.HARSHER if after.severity > before.severity else Way.SOFTER


def changes(before: Verdict, after: Verdict) -> dict[str, tuple[float | None, float | None]]:
    """The reasons that do not weigh the same in both: what each weighed and weighs, None where it is not given."""
    had = {reason.code: reason.weight for reason in before.reasons}
    has = {reason.code: reason.weight for reason in after.reasons}
    found = {each.code: (each.before, each.after) for each in moved(had, has)}
    return found | ({"(prior)": (before.prior, after.prior)} if before.prior != after.prior else {})


def difference(caught: Caught) -> tuple[float, float, float]:
    """By how much the share caught changes, with a 95 % interval, for pairs of answers on the same accounts.

    Agresti and Min, Simple improved confidence intervals for comparing matched proportions, 2005: Wald's interval with
    half an account added to each of the four cells. 0 and -1 to 1 where there is no account.
    """
    if not caught.total:
        return 0.0, -1.0, 1.0
    number, gained, lost = caught.total + 2, caught.only_after + 0.5, caught.only_before + 0.5
    middle = (gained - lost) / number
    spread = Z_95 * sqrt(max(0.0, gained + lost - (gained - lost) ** 2 / number)) / number
    exact = (caught.only_after - caught.only_before) / caught.total
    return exact, max(-1.0, middle - spread), min(1.0, middle + spread)


def _differs(stored: Stored, now: Verdict) -> str | None:
    if stored.outcome == now.outcome and stored.score == now.score:
        return None
    what = "outcome" if stored.outcome != now.outcome else "score only"
    return f"{what}, {'same' if stored.policy == now.policy else 'another'} policy"


def _held(judgement: Judgement) -> str:
    return "held" if judgement.held else "not held"


def _count(matrix: Matrix, before: str, after: str, number: int = 1) -> None:
    cells = matrix.setdefault(str(before), {})
    cells[str(after)] = cells.get(str(after), 0) + number


def _share(values: dict[str, Share], value: str, share: Share) -> None:
    known = value if value in values or len(values) < VALUES_MOST else OTHER
    _add(values.setdefault(known, Share()), share)


def _add(mine: Countable, other: Countable) -> None:
    for name in mine.__slots__:
        setattr(mine, name, getattr(mine, name) + getattr(other, name))


def _foremost(examples: Iterable[Example]) -> list[Example]:
    return heapq.nlargest(EXAMPLES, examples, key=lambda example: example.order)


def _weightiest(change: tuple[str, float]) -> tuple[float, str]:
    return -abs(change[1]), change[0]
