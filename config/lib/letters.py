"""Dead letters: tasks that failed for good, kept with what an engineer needs to know, to be done again or discarded.

A letter names the task, its ids, the class of the error and the place in our code: never an error's words, which can
hold what a person told.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from django.db import connection
from prometheus_client import Counter

from config.lib.models import DeadLetter

HOUSE: Final = Path(__file__).resolve().parents[2]
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,63}")  # of a lookup, a ring: what a task takes beside numbers

DEAD: Final = Counter("gatehouse_dead_letters", "Tasks that failed for good, by task.", ["task"])


@dataclass(frozen=True, slots=True)
class Told:
    """What failed, with what, how and where, and how often it was tried."""

    task: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    failure: str
    place: str
    tries: int


def write(told: Told, *, at: datetime) -> None:
    """Keep a failure; the same task with the same arguments is counted in the letter that is there."""
    DEAD.labels(told.task).inc()
    plain = is_plain(told.args, told.kwargs)
    args, kwargs = (list(told.args), dict(told.kwargs)) if plain else (["withheld"], {})
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_SQL,
            {
                "digest": _digest(told.task, args, kwargs),
                "task": told.task[:100],
                "args": json.dumps(args),
                "kwargs": json.dumps(kwargs),
                "failure": told.failure[:200],
                "place": told.place[:200],
                "tries": min(told.tries, 30_000),
                "at": at,
            },
        )


WRITE_SQL = """
INSERT INTO lib_deadletter (digest, task, args, kwargs, failure, place, tries, times, first_at, last_at)
VALUES (%(digest)s, %(task)s, %(args)s, %(kwargs)s, %(failure)s, %(place)s, %(tries)s, 1, %(at)s, %(at)s)
ON CONFLICT (digest) DO UPDATE SET failure = excluded.failure, place = excluded.place, tries = excluded.tries,
    times = lib_deadletter.times + 1, last_at = excluded.last_at
"""


def is_plain(args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """Whether these are the ids and names that tasks take, and nothing that a person could have told."""
    return all(
        value is None or isinstance(value, bool | int) or (isinstance(value, str) and NAME.fullmatch(value))
        for value in (*args, *kwargs.values())
    )


def place_of(traceback: TracebackType | None) -> str:
    """The last place in our own code that an error came through, as file:line."""
    found = ""
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.is_relative_to(HOUSE) and "site-packages" not in path.parts:
            found = f"{path.relative_to(HOUSE)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


def waiting() -> int:
    """How many there are."""
    return DeadLetter.objects.count()


def _digest(task: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([task, args, kwargs], sort_keys=True).encode()).hexdigest()
