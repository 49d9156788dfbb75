"""Identifiers and traces in another spelling (config.lib.peppers): each value by what kind it is of."""

from collections.abc import Mapping, Sequence

from config.lib.peppers import turn, turn_place
from risk.kinds import IdentifierKind
from risk.rings.links import Link

# A device's number is its own for good, and none of its parts names anybody: that stays under the oldest pepper.
SETTLED = frozenset({IdentifierKind.DEVICE})
# Their ends tell near from far.
PLACES = frozenset({IdentifierKind.PHONE_PLACE, IdentifierKind.MAILBOX_SHAPE})
# How many of these bits the first value of a block has.
BLOCKS: Mapping[Link, int] = {Link.PHONE_10: 12, Link.PHONE_100: 8, Link.PHONE_1000: 4, Link.PHONE_10000: 0}


def respelt(kind: IdentifierKind, value: int, *, to: int, of: int) -> int:
    """An identifier of `of` turns in the spelling of `to` turns."""
    if kind in SETTLED or to == of:
        return value
    return turn_place(value, to=to, of=of) if kind in PLACES else turn(value, to=to, of=of)


def trace_respelt(links: Sequence[int], *, to: int, of: int) -> list[int]:
    """The links of a trace, or its beginning."""
    return [link_respelt(place, value, to=to, of=of) for place, value in enumerate(links)]


def link_respelt(place: int, value: int, *, to: int, of: int) -> int:
    """One link by its number."""
    if value == 0 or place == Link.DEVICE or to == of:
        return value
    if place in BLOCKS:
        return turn_place(value, to=to, of=of, kept=BLOCKS[Link(place)])
    return turn(value, to=to, of=of)
