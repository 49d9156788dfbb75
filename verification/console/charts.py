"""Charts of columns, drawn as SVG by the server: places and lengths in percent, so that they fit any width."""

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 0.2  # of a column's room


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a column, or the whole: where it stands, what it is called, and where its rows are listed."""

    x: str
    y: str
    width: str
    height: str
    kind: str
    title: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """What a part of a column is of: a kind that has a colour, a number, and the address of its rows."""

    kind: str
    number: float
    title: str
    link: str = ""


def columns(stacks: Sequence[Sequence[Slice]], *, most: float | None = None) -> list[Part]:
    """Columns beside each other, each of slices from the bottom. `most` is the number that a full one has."""
    highest = most or max((sum(part.number for part in stack) for stack in stacks), default=0.0) or 1.0
    room = 100 / max(1, len(stacks))
    drawn: list[Part] = []
    for place, stack in enumerate(stacks):
        top = 100.0
        for part in stack:
            height = 100 * part.number / highest
            top -= height
            if part.number:
                drawn.append(
                    Part(
                        x=f"{place * room + GAP * room / 2:.2f}",
                        y=f"{max(0.0, top):.2f}",
                        width=f"{room * (1 - GAP):.2f}",
                        height=f"{height:.2f}",
                        kind=part.kind,
                        title=part.title,
                        link=part.link,
                    )
                )
    return drawn
