"""The policy's own rules: conditions over the facts and the velocities, in the Common Expression Language.

A rule says `when` it hits, and what that means: a `multiplier`, a `floor`, or both. What is not known is not there: a
condition that needs it has no answer, and the rule is Unknown, never clear; `has(network.country)` asks first. CEL
(cel.dev) has no loops without an end, no clock and no way out; common-expression-language reads it, in Rust.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import cel
import msgspec

from risk.facts import Facts
from risk.findings import CLEAR, EvidenceValue, Finding, Hit, Unknown
from risk.outcome import Outcome
from risk.policyerror import PolicyError

RULES_MOST = 200  # 20 rules cost 10 us once their facts are handed over, which costs 50 us
TEXT_MOST = 1_000  # characters of a condition
LOOPS_MOST = 2  # exists, all, map, filter: each one inside another multiplies what it costs
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What decides by itself, and what was decided before, is nothing for a rule to look at.
HIDDEN = frozenset({"forced", "word", "eased", "standing", "override"})
EVIDENCE_MOST = 6
FIELDS = frozenset({"name", "when", "multiplier", "floor", "words"})

_TEXT = re.compile(r'"(?:\\.|[^"\\])*"' + r"|'(?:\\.|[^'\\])*'")
_PATH = re.compile(r"(?<![\w.])([a-z_]\w*(?:\.[a-z_]\w*)+)(\s*\()?")
_LOOP = re.compile(r"\.\s*(?:exists|exists_one|all|map|filter)\s*\(")
# The engine of `matches` goes through a text once, whatever the expression. What costs is to make it of an expression.
_MATCH = re.compile(r"\bmatches\b")
_MATCH_OF_TEXT = re.compile(rf"\bmatches\s*\(\s*([rR]?(?:{_TEXT.pattern}))\s*\)")
_UNANSWERED = (LookupError, RuntimeError, TypeError, ValueError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, ready to look. `weight` is in log-odds; 0 where it has a floor only."""

    name: str
    weight: float
    floor: Outcome | None
    words: str
    program: cel.Program | None  # None: a rule of the past that names what facts no longer have
    parts: frozenset[str]  # of the facts, that the condition names
    paths: tuple[str, ...]  # "network.country": what it looks at there

    @property
    def code(self) -> str:
        """The code of its reason."""
        return f"rule_{self.name}"

    @property
    def asks_proofs(self) -> bool:
        """Whether another proof can change what it finds."""
        return "proofs" in self.parts

    def look(self, context: cel.Context, told: Mapping[str, Any]) -> Finding:
        """Hit, Clear, or Unknown where the condition has no answer."""
        if self.program is None:
            return Unknown("the rule cannot be read any more")
        try:
            answer = self.program.execute(context)
        except _UNANSWERED as problem:
            return Unknown(f"no answer: {str(problem)[:80]}")
        return Hit(self.code, self._evidence(told)) if answer is True else CLEAR

    def _evidence(self, told: Mapping[str, Any]) -> tuple[tuple[str, EvidenceValue], ...]:
        found = ((path, _at(told, path)) for path in self.paths)
        return tuple((path, value) for path, value in found if isinstance(value, str | int | float))[:EVIDENCE_MOST]


def look(rules: Sequence[Rule], facts: Facts) -> list[tuple[Rule, Finding]]:
    """What each rule finds. The facts are handed over once for all of them."""
    if not rules:
        return []
    told = _told(facts, frozenset().union(*(rule.parts for rule in rules)))
    context = cel.Context(variables=told)
    return [(rule, rule.look(context, told)) for rule in rules]


def parse_rules(
    document: Mapping[str, Any], *, velocities: Collection[str] | None = None, past: bool = False
) -> tuple[Rule, ...]:
    """The rules of a policy document; none where it has no such part.

    `velocities` are the names that the policy counts; None: any name will do. In a document of the `past`, a rule that
    cannot be read any more is always Unknown: the policy in force must not go because facts have changed their names.

    Raises:
        PolicyError: a rule is not of the form, its condition is no CEL, or names what no facts have.

    """
    lines = document.get("rules") or []
    if not isinstance(lines, list) or len(lines) > RULES_MOST:
        raise PolicyError(f"rules: a list of at most {RULES_MOST} rules is needed")
    read = _past if past else _rule
    rules = tuple(read(line, f"rules.{place}", velocities) for place, line in enumerate(lines))
    names = [rule.name for rule in rules]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise PolicyError(f"rules.{place}.name: {name} is the name of an earlier rule too")
    return rules


def _rule(line: Any, place: str, velocities: Collection[str] | None) -> Rule:
    if not isinstance(line, Mapping):
        raise PolicyError(f"{place}: a rule is a table with name, when, and multiplier or floor")
    if unknown := sorted(set(map(str, line)) - FIELDS):
        raise PolicyError(f"{place}: {', '.join(unknown)} is not known here; known are {', '.join(sorted(FIELDS))}")
    name, words = line.get("name"), line.get("words", "")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise PolicyError(f"{place}.name: up to 40 small letters, digits and _ are needed, a letter first")
    if not isinstance(words, str) or len(words) > 300:
        raise PolicyError(f"{place}.words: a sentence of at most 300 characters is needed")
    if "multiplier" not in line and "floor" not in line:
        raise PolicyError(f"{place}: without a multiplier and without a floor it would do nothing")
    program = _compiled(line.get("when"), f"{place}.when")
    _look_at_expressions(program.source, f"{place}.when")
    paths = _paths(program.source, f"{place}.when", velocities)
    parts = _parts(program, paths, f"{place}.when")
    _try(program, f"{place}.when", velocities)
    return Rule(name, _weight(line, place), _floor(line, place), words, program, parts, paths)


def _past(line: Any, place: str, velocities: Collection[str] | None) -> Rule:
    try:
        return _rule(line, place, velocities)
    except PolicyError:
        name = str(line.get("name", place)) if isinstance(line, Mapping) else place
        return Rule(name, 0.0, None, "", None, frozenset(), ())


def _weight(line: Mapping[str, Any], place: str) -> float:
    given = line.get("multiplier", 1)
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < math.inf:
        raise PolicyError(f"{place}.multiplier: {given!r} is not a number above 0")
    return math.log(given)


def _floor(line: Mapping[str, Any], place: str) -> Outcome | None:
    given = line.get("floor")
    if given is None:
        return None
    try:
        return Outcome(given)
    except ValueError:
        raise PolicyError(f"{place}.floor: {given!r} is no outcome; outcomes are {', '.join(Outcome)}") from None


def _compiled(given: Any, place: str) -> cel.Program:
    if not isinstance(given, str) or not given.strip() or len(given) > TEXT_MOST:
        raise PolicyError(f"{place}: a condition in CEL of at most {TEXT_MOST} characters is needed")
    if len(_LOOP.findall(_TEXT.sub('""', given))) > LOOPS_MOST:
        raise PolicyError(f"{place}: at most {LOOPS_MOST} of exists, all, map and filter")
    try:
        return cel.compile(given)
    except ValueError as problem:
        lines = str(problem).splitlines()
        why = next((line.partition("ERROR: <input>:")[2] for line in lines if "ERROR: <input>:" in line), lines[0])
        raise PolicyError(f"{place}: not CEL, at {why}") from None


def _look_at_expressions(text: str, place: str) -> None:
    """Refuse a regular expression that is not written in the rule: a stranger's would cost what they like."""
    written = [match[1] for match in _MATCH_OF_TEXT.finditer(text)]
    if len(written) < len(_MATCH.findall(_TEXT.sub('""', text))):
        raise PolicyError(f"{place}: matches takes a text that is written there, as in .matches('^[a-z]+$')")
    for literal in written:
        try:
            cel.compile(f'"".matches({literal})').execute(cel.Context())
        except (RuntimeError, ValueError) as problem:
            why = str(problem).splitlines()[-1][:200]
            raise PolicyError(f"{place}: {literal[:80]} is no regular expression that can be used: {why}") from None


def _paths(text: str, place: str, velocities: Collection[str] | None) -> tuple[str, ...]:
    """The dotted names that start at a part of the facts, checked against what the facts have."""
    found: dict[str, None] = {}
    for match in _PATH.finditer(_TEXT.sub('""', text)):
        names = match[1].split(".")
        if match[2]:
            names.pop()  # a function of what stands before it
        kinds = _kinds()
        if names[0] not in kinds or len(names) < 2:
            continue
        inner = kinds[names[0]]
        known = velocities if names[0] == "velocity" else inner
        if known is not None and names[1] not in known:
            raise PolicyError(f"{place}: {names[0]} has no {names[1]}; it has {', '.join(sorted(known))}")
        found[".".join(names[:2])] = None
    return tuple(found)


def _parts(program: cel.Program, paths: Iterable[str], place: str) -> frozenset[str]:
    """The parts of the facts that a condition needs. Variables of its own loops are told by not being facts."""
    named = set(program.variables())
    own = {match[1] for match in re.finditer(r"\(\s*([a-z_]\w*)\s*,", _TEXT.sub('""', program.source))}
    if unknown := sorted(named - _kinds().keys() - own):
        raise PolicyError(f"{place}: {', '.join(unknown)} is no part of the facts; they are {', '.join(_kinds())}")
    return frozenset(named & _kinds().keys()) | {path.partition(".")[0] for path in paths}


def _try(program: cel.Program, place: str, velocities: Collection[str] | None) -> None:
    """Refuse what can never be answered: facts that lack nothing have to give true or false."""
    told = {**_sample(Facts), "velocity": _AnyCount.of(velocities, program.source)}
    try:
        answer = program.execute(cel.Context(variables=told))
    except LookupError:
        return  # an element of a list that the sample does not have
    except (RuntimeError, TypeError, ValueError, ArithmeticError) as problem:
        raise PolicyError(f"{place}: cannot be answered: {str(problem)[:200]}") from None
    if not isinstance(answer, bool):
        raise PolicyError(f"{place}: gives {answer!r}, and has to give true or false")


class _AnyCount:
    """Velocities to try a condition on."""

    @staticmethod
    def of(velocities: Collection[str] | None, text: str) -> dict[str, int]:
        """Those of the policy, or any that the text names."""
        return dict.fromkeys(velocities if velocities is not None else re.findall(r"velocity\.(\w+)", text), 1)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, dict[str, Any] | None]:
    """Part of the facts -> its fields, or None where it has no fields of its own."""
    hints = get_type_hints(Facts)
    return {field.name: _fields_of(hints[field.name]) for field in fields(Facts) if field.name not in HIDDEN}


def _fields_of(hint: Any) -> dict[str, Any] | None:
    kind = _known(hint)
    return get_type_hints(kind) if is_dataclass(kind) else None


def _known(hint: Any) -> Any:
    """The type of a value that is not None."""
    if get_origin(hint) is UnionType:
        return next(each for each in get_args(hint) if each is not type(None))
    return hint


@lru_cache(maxsize=1)
def _sample(kind: Any) -> dict[str, Any]:
    """Facts that lack nothing, made of the types alone."""
    hints = get_type_hints(kind)
    return {name: _value(_known(hints[name])) for name in _kinds()}


def _value(kind: Any) -> Any:
    if is_dataclass(kind):
        return {name: _value(_known(hint)) for name, hint in get_type_hints(kind).items()}
    plain: dict[Any, Any] = {str: "x", int: 1, float: 1.5, bool: True, datetime: datetime(2026, 1, 1, tzinfo=UTC)}
    if kind in plain:
        return plain[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    if get_origin(kind) is tuple:
        inner = [each for each in get_args(kind) if each is not Ellipsis]
        return [_value(_known(each)) for each in inner]
    return {}


def _told(facts: Facts, parts: Iterable[str]) -> dict[str, Any]:
    """The parts as plain values; what is None is left out."""
    found = {part: getattr(facts, part) for part in parts}
    return {
        part: _without_none(msgspec.to_builtins(value, builtin_types=(datetime,)))
        for part, value in found.items()
        if value is not None
    }


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value]
    return value


def _at(told: Mapping[str, Any], path: str) -> Any:
    part, _, name = path.partition(".")
    inner = told.get(part)
    return inner.get(name) if isinstance(inner, Mapping) else None
