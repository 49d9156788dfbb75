"""Texts that make a regular expression try as many ways as it has, and how long it takes over them.

Of each repetition in an expression: what leads up to it, then what it repeats, again and again, then something that
fits nowhere. Found by the expression's own parse, so that a new one is attacked without being told how.
"""

import re
import re._constants as op  # type: ignore[import-not-found] # what parses expressions has no public name since 3.11
import re._parser as parser  # type: ignore[import-not-found] # as above
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

POOL = "aA0_-.:/@ ',\"\\(*+%\n\u00e9!="
KILLERS = ("", "\x00", "!")
FIRST = 512  # characters; the slowest of all attacks at this length are tried at full length
GROWN = 5
AGAIN = 2  # times: what else the process does, as to look for garbage, is longer than most of these take
REPEATS = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
MOST_EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Attack:
    """A text by its parts; `of` gives it at a length."""

    prefix: str
    pump: str
    killer: str

    def of(self, length: int) -> str:
        """The text, of about that many characters."""
        return self.prefix + self.pump * (1 + length // len(self.pump)) + self.killer


def attacks(pattern: re.Pattern[str]) -> list[Attack]:
    """All attacks on an expression."""
    found = {
        Attack(prefix, pump, killer)
        for prefix, bodies in _repeats(parser.parse(pattern.pattern, pattern.flags), "")
        for pump in {*bodies, *POOL} - {""}
        for killer in KILLERS
    }
    return sorted(found, key=lambda attack: (attack.prefix, attack.pump, attack.killer))


def slowest(
    pattern: re.Pattern[str], methods: frozenset[str], *, length: int, longest: float
) -> tuple[float, Attack | None]:
    """Seconds of the processor that the worst attack takes at a length, at most `longest`, and which one it is."""
    timed = _Timed(pattern, methods, longest)
    first: list[tuple[float, Attack]] = []
    for attack in attacks(pattern):
        text = attack.of(min(FIRST, length))
        took = timed.seconds(text)
        if took >= longest:
            return took, attack
        first.append((min(took, *(timed.seconds(text) for _ in range(AGAIN))), attack))
    first.sort(key=lambda each: -each[0])
    grown = [(timed.seconds(attack.of(length)), attack) for _, attack in first[:GROWN]]
    return max(grown, key=lambda each: each[0], default=(0.0, None))


class _TooLongError(Exception):
    """An expression is still at it."""


def _stop(signal_number: int, frame: object) -> None:
    raise _TooLongError


@dataclass(frozen=True, slots=True)
class _Timed:
    """An expression with its methods. A search looks at every place, as a substitution does."""

    pattern: re.Pattern[str]
    methods: frozenset[str]
    longest: float

    def seconds(self, text: str) -> float:
        """What it takes, stopped at the longest: the engine looks for signals as it goes."""
        before = signal.signal(signal.SIGVTALRM, _stop)
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, self.longest)
        try:
            self._look(text)
        except _TooLongError:
            return self.longest
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
        return time.process_time() - began

    def _look(self, text: str) -> None:
        for method in self.methods & {"match", "fullmatch"}:
            getattr(self.pattern, method)(text)
        if self.methods - {"match", "fullmatch"}:
            for _ in self.pattern.finditer(text):
                pass


def _repeats(tree: Any, prefix: str) -> Iterator[tuple[str, list[str]]]:
    """What stands before each repetition, and what it repeats."""
    for code, given in tree:
        if code in REPEATS:
            yield prefix, _examples(given[2])
        for inner in _inner(code, given):
            yield from _repeats(inner, prefix)
        prefix += next(iter(_example(code, given)), "")


def _inner(code: Any, given: Any) -> list[Any]:
    if code in REPEATS:
        return [given[2]]
    if code is op.BRANCH:
        return list(given[1])
    if code in {op.SUBPATTERN, op.ASSERT, op.ASSERT_NOT}:
        return [given[-1]]
    return [given] if code is op.ATOMIC_GROUP else []


def _examples(tree: Any) -> list[str]:
    """A few texts that fit."""
    texts = [""]
    for code, given in tree:
        texts = [text + more for text in texts for more in _example(code, given)][:MOST_EXAMPLES]
    return texts


def _example(code: Any, given: Any) -> list[str]:
    if code is op.LITERAL:
        return [chr(given)]
    if code in {op.ANY, op.NOT_LITERAL}:
        return [char for char in "a0" if code is op.ANY or ord(char) != given][:MOST_EXAMPLES]
    if code is op.IN:
        return _members(given)
    if code is op.BRANCH:
        return [text for branch in given[1] for text in _examples(branch)[:1]]
    if code in REPEATS:
        return [text * max(1, given[0]) for text in _examples(given[2])]
    inner = [] if code in {op.ASSERT, op.ASSERT_NOT} else _inner(code, given)
    return _examples(inner[0]) if inner else [""]


def _members(given: Any) -> list[str]:
    """A few characters of a class."""
    negated = given[0][0] is op.NEGATE
    own = [chr(what if code is op.LITERAL else what[0]) for code, what in given if code in {op.LITERAL, op.RANGE}]
    return [char for char in dict.fromkeys([*POOL, *own]) if _is_in(char, given) is not negated][:MOST_EXAMPLES]


def _is_in(char: str, given: Any) -> bool:
    return any(
        (code is op.LITERAL and ord(char) == what)
        or (code is op.RANGE and what[0] <= ord(char) <= what[1])
        or (code is op.CATEGORY and _is_of(char, str(what)))
        for code, what in given
    )


def _is_of(char: str, category: str) -> bool:
    kind = category.rsplit("_", 1)[-1]
    found = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}[kind]
    return found is not ("NOT" in category)
