"""Work over stored rows, cut into ranges of ids and shared among processes of their own.

Each process has its own connection, opened after it started, to the database that the caller uses (a scratch schema or
a test's database too). With one worker everything happens here, in the caller's transaction.
"""

import multiprocessing
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any, TypeVar

import django
from django.db import connection, models

IDS = 4_000  # in a range: a second of work or less, and one query that no statement timeout stops

Range = tuple[int, int]  # the first and the last id
Done = TypeVar("Done")


def ranges(rows: models.QuerySet[Any]) -> list[Range]:
    """Ranges that cover the ids of a table as they are now."""
    ids = rows.aggregate(first=models.Min("pk"), last=models.Max("pk"))
    if ids["first"] is None:
        return []
    return [(start, min(start + IDS - 1, ids["last"])) for start in range(ids["first"], ids["last"] + 1, IDS)]


def shared(work: Callable[[Range], Done], over: Sequence[Range], *, workers: int) -> Iterator[Done]:
    """What the work gives for each range, in any order. It must be found by its name, as pickle wants it."""
    if workers <= 1 or len(over) <= 1:
        yield from map(work, over)
        return
    settings = {name: connection.settings_dict[name] for name in ("NAME", "OPTIONS")}
    connection.close()
    context = multiprocessing.get_context("spawn")
    with closing(context.Pool(workers, initializer=partial(_begin, settings))) as pool:
        try:
            yield from pool.imap_unordered(partial(_in_process, work), over)
        finally:
            pool.terminate()


def _begin(settings: dict[str, Any]) -> None:
    """In a new process: Django, and the caller's database."""
    django.setup()
    connection.settings_dict.update(settings)


def begin(work: bytes, *given: Any) -> None:
    """In a new process: Django, then the pickled work, whose module could not be read before."""
    django.setup()
    pickle.loads(work)(*given)  # noqa: S301 - the caller's own, by multiprocessing


def _in_process(work: Callable[[Range], Done], ids: Range) -> Done:
    return work(ids)
