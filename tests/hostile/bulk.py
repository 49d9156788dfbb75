"""Calls that bring many inputs: usage windows and ids by the hundred, each hostile by itself and answered by itself.

What would have the whole call refused (no JSON, a number beyond 64 bits, half a surrogate pair among ids) is left to
calls of one input: here every input has to be looked at, and the answer has to tell of each.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from tests.cast import window
from tests.hostile.inputs import TEXTS, Call, Keys, changed, headers_for, respelt, single

USAGE, LOOKUP = "/v1/usage", "/v1/tiers/lookup"
SHARE: Final = 0.04  # of calls
MOST: Final = 1_000  # of both
BYTES: Final = {USAGE: 700_000, LOOKUP: 240_000}  # under what the addresses take
LONGEST: Final = 1_500  # bytes of one input; what is longer comes by itself
LARGEST: Final = 2**63 - 1


def calls(luck: Random, keys: Keys) -> Callable[[], Call]:
    """What gives the next call each time, one in 25 of many inputs."""
    return lambda: many(luck, keys) if luck.random() < SHARE else single(luck, keys)


def many(luck: Random, keys: Keys) -> Call:
    """A call of up to a thousand inputs."""
    path = luck.choice((USAGE, LOOKUP))
    make = _window if path == USAGE else _name
    made: list[bytes] = []
    size = 0
    for _ in range(luck.choice((50, 300, MOST))):
        said = make(luck)
        size += len(said) + 1
        if size > BYTES[path]:
            break
        made.append(said)
    array = b"[" + b",".join(made) + b"]"
    body = array if path == USAGE else b'{"account_ids":' + array + b"}"
    return Call("POST", path.encode(), headers_for(path, keys), body, len(made))


def unanswered(call: Call, answer: bytes) -> int:
    """How many inputs of a call that was taken in its answer does not tell of."""
    told = json.loads(answer)
    if call.target == USAGE.encode():
        return call.inputs - int(told["stored"]) - int(told["known"]) - len(told["refused"])
    return call.inputs - len(told["items"])


def refused(call: Call, answer: bytes) -> int:
    """How many of them were not taken: windows that were refused, ids that are nobody's."""
    told = json.loads(answer)
    if call.target == USAGE.encode():
        return len(told["refused"])
    return sum(item["tier"] is None for item in told["items"])


def _window(luck: Random) -> bytes:
    """A usage window that was changed in one to five places; one in twenty is as it should be."""
    while True:
        made: Any = window()
        for _ in range(luck.choice((1, 1, 1, 2, 5)) if luck.random() > 0.05 else 0):
            made = changed(luck, made)
        if _fits(made) and len(said := json.dumps(made).encode()) <= LONGEST:
            return said


def _name(luck: Random) -> bytes:
    """An id: anybody's, or any text."""
    name = luck.choice(("acct_alice", "acct_bob", *TEXTS))[:120]
    for _ in range(luck.choice((0, 1, 2))):
        name = respelt(luck, name)[:400]
    name = name.encode("utf-8", "ignore").decode().replace("\0", "")
    return json.dumps(name or "?", ensure_ascii=luck.random() < 0.5).encode()


def _fits(value: Any) -> bool:
    """Whether the rest of the call is read where this stands in it, and it leaves room for the rest."""
    if isinstance(value, str | dict | list) and len(value) > LONGEST:
        return False
    if isinstance(value, dict):
        return all(map(_fits, value.values())) and max(map(len, value), default=0) <= LONGEST
    if isinstance(value, list):
        return all(map(_fits, value))
    return not isinstance(value, int) or abs(value) <= LARGEST
