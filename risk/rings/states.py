"""The states of a ring, and what can happen to one. Pure.

suspected -> confirmed | dismissed     (an analyst's word; either can be taken back)
any       -> merged                    (into another ring that detection or an analyst found it to be part of)
"""

from collections.abc import Mapping
from enum import StrEnum


class RingState(StrEnum):
    """Where a ring stands."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    MERGED = "merged"


class RingChangeKind(StrEnum):
    """What happened to a ring."""

    FOUND = "found"
    GREW = "grew"
    SHRANK = "shrank"
    SCORED = "scored"
    MERGED = "merged"
    SPLIT = "split"
    CONTAINED = "contained"
    RELEASED = "released"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    REOPENED = "reopened"


RING_MOVES: Mapping[RingState, frozenset[RingState]] = {
    RingState.SUSPECTED: frozenset({RingState.CONFIRMED, RingState.DISMISSED, RingState.MERGED}),
    RingState.CONFIRMED: frozenset({RingState.SUSPECTED, RingState.DISMISSED, RingState.MERGED}),
    RingState.DISMISSED: frozenset({RingState.SUSPECTED, RingState.CONFIRMED, RingState.MERGED}),
    RingState.MERGED: frozenset(),
}
