"""The size of a ring over time, as a line for SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from risk.models import RingChange

WIDTH, HEIGHT = 720, 160
ROOM = 4  # above and below the line, so that its ends are not cut


@dataclass(frozen=True, slots=True)
class Growth:
    """A line in steps, in a box of WIDTH by HEIGHT, and the words for its ends."""

    line: str
    since: datetime
    until: datetime
    most: int
    now: int
    words: str


def growth(changes: Sequence[RingChange], *, now: datetime) -> Growth | None:
    """From a ring's changes, the oldest first, until now; None without one. A step is drawn where the size changed."""
    if not changes:
        return None
    since, until = changes[0].at, max(now, changes[-1].at)
    most = max((1, *(change.size for change in changes)))
    seconds = max((until - since).total_seconds(), 1.0)
    points: list[str] = []
    for change in changes:
        x = WIDTH * (change.at - since).total_seconds() / seconds
        points += ([f"{x:.1f},{points[-1].partition(',')[2]}"] if points else []) + [f"{x:.1f},{_height(change, most)}"]
    points.append(f"{WIDTH:.1f},{_height(changes[-1], most)}")
    first, last = changes[0].size, changes[-1].size
    words = f"Size over time: from {first:,} on {since:%Y-%m-%d} to {last:,} now, {most:,} at most"
    return Growth(" ".join(points), since, until, most, last, words)


def _height(change: RingChange, most: int) -> str:
    return f"{HEIGHT - ROOM - (HEIGHT - 2 * ROOM) * change.size / most:.1f}"
