"""Waiting for the next change, for a time that is bounded and with no more waiting than there is room for.

A call that waits holds a thread of the web process. So FEED_WAITERS of them may wait in each process, beside the
threads for everybody else; the next is answered at once and told when to come again.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from tiers import bell
from tiers.changes import Page, read

LONGEST_WAIT: Final = 25  # seconds; proxies give up on a silent answer after 30 or 60
COME_AGAIN: Final = 2  # seconds; the promise is that a change is known within five


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose changes, from where on, and how many at a time."""

    after: int
    test: bool
    limit: int


@dataclass(frozen=True, slots=True)
class Followed:
    """What there was, and after how many seconds to ask again: 0 where waiting is done here."""

    page: Page
    come_again: int


def follow(reader: Reader, *, wait: float) -> Followed:
    """The next changes; where there are none yet, what comes within so many seconds. Raises CursorExpired."""
    until = time.monotonic() + wait
    mark = bell.last() if wait else None
    page = _read(reader)
    if page.items or not wait:
        return Followed(page, 0 if page.items else COME_AGAIN)
    with _room() as there_is:
        if not there_is:
            return Followed(page, COME_AGAIN)
        while not page.items and (left := until - time.monotonic()) > 0:
            bell.sleep(mark, left)
            mark = bell.last()
            page = _read(reader)
    return Followed(page, 0)


def _read(reader: Reader) -> Page:
    return read(reader.after, test=reader.test, limit=reader.limit)


@contextmanager
def _room() -> Iterator[bool]:
    """A place among those who wait, where one is free."""
    global _waiting  # noqa: PLW0603 - how many wait is one number of the process
    with _turn:
        there_is = _waiting < settings.FEED_WAITERS
        _waiting += there_is
    try:
        yield there_is
    finally:
        with _turn:
            _waiting -= there_is


_turn = threading.Lock()
_waiting = 0
