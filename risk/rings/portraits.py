"""A ring's profile in a form that can be stored, and how well a newcomer's trace fits it. Pure.

A newcomer is weighed exactly as the accounts were among which the ring was found (risk.rings.profiles): of each link
the stored portrait says how often the operator reuses a value, which values, and how common each is among people.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from risk.rings.columns import ALWAYS_LOOKED_AT
from risk.rings.detection import OWN, SPEAKS, Found
from risk.rings.links import EVIDENCE, KINDS, Link
from risk.rings.profiles import ASPECTS, CHANCE, LEAST, MOST, RATIO_MOST, Held

# Nats from which a newcomer is of a ring: one of 22,000 strangers reaches it by chance. What is beneath is left to
# the next round, which sees all accounts.
JOINS = 10.0
ASPECTS_LEAST, OWN_LEAST = 3, 2  # aspects that speak for it, and of these such as come with the account
REUSED = 0.02  # a link of which less is reused tells nothing of the ring
VALUES_MOST = 2_000  # of a link: the commonest of the ring's


@dataclass(frozen=True, slots=True)
class Habit:
    """What a ring does with one link. `values`: value -> how many of the ring show it, and what share of people."""

    reuse: float
    shown: int
    values: Mapping[int, tuple[int, float]]

    def nats(self, value: int) -> float:
        """How much a value speaks for the ring."""
        count, common = self.values.get(value, (0, 1.0))
        ratio = min(max(count - CHANCE, 0.0) / max(self.shown, 1) / common, float(RATIO_MOST))
        return min(max(math.log(1 - self.reuse + self.reuse * ratio), LEAST), MOST)


Portrait = Mapping[str, Habit]  # by the link's name


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well a newcomer fits a ring, and why: lines as RingMember.why holds them."""

    nats: float
    why: list[dict[str, Any]]


def portrait(found: Found, group: int) -> Portrait:
    """The portrait of a group that was found."""
    learnt = found.profiles
    member = int(found.groups.rows[found.groups.group == group][0])
    habits = {}
    for links in EVIDENCE.values():
        for link in links:
            reuse, held = float(learnt.reuse[link][group]), learnt.held[link]
            if link in ALWAYS_LOOKED_AT or reuse < REUSED:
                continue
            habits[link.name] = Habit(
                round(reuse, 4), int(held.shown[group]), _values(found, link, held, group, member)
            )
    return habits


def _values(found: Found, link: Link, held: Held, group: int, member: int) -> dict[int, tuple[int, float]]:
    """The values that more than one of the ring show, with how common each is where the ring's accounts stand."""
    column = found.profiles.accounts.of[link]
    first, last = np.searchsorted(held.key, [group * held.width, (group + 1) * held.width])
    codes, counts = held.key[first:last] - group * held.width, held.count[first:last]
    most = np.argsort(-counts, kind="stable")[:VALUES_MOST]
    codes, counts = codes[most][counts[most] > 1], counts[most][counts[most] > 1]
    rows = found.groups.rows[found.groups.group == group]
    showing = dict(zip(column.code[rows].tolist(), rows.tolist(), strict=True))
    of = np.array([showing.get(code, member) for code in codes.tolist()], dtype=np.int64)
    common = column.common(of, without=counts) if len(of) else np.empty(0)
    return {
        int(column.values[code]): (int(count), float(f"{share:.3g}"))
        for code, count, share in zip(codes, counts, common, strict=True)
    }


def likeness(trace: Sequence[int], of: Portrait) -> Likeness | None:
    """How a newcomer's trace fits a ring; None where it does not fit well enough to be one of its accounts."""
    best: dict[int, tuple[float, Link]] = {}
    for place, aspect in enumerate(ASPECTS):
        told = [
            (of[link.name].nats(trace[link]), link)
            for link in EVIDENCE[aspect]
            if link.name in of and link < len(trace) and trace[link]
        ]
        if told:
            best[place] = max(told)
    total = math.fsum(nats for nats, _ in best.values())
    speaking = [place for place, (nats, _) in best.items() if nats > SPEAKS]
    if total <= JOINS or len(speaking) < ASPECTS_LEAST or len(set(speaking) & set(OWN)) < OWN_LEAST:
        return None
    why = [_line(of, link, nats, trace[link]) for nats, link in best.values() if nats > SPEAKS]
    return Likeness(round(total, 2), sorted(why, key=lambda line: -line["weight"]))


def _line(of: Portrait, link: Link, nats: float, value: int) -> dict[str, Any]:
    shared = of[link.name].values.get(value, (0, 0.0))[0]
    return {"link": link.name, "words": KINDS[link].words, "weight": round(nats, 2), "shared": shared}


def as_json(of: Portrait) -> dict[str, Any]:
    """The stored form."""
    stored: dict[str, Any] = msgspec.to_builtins(of, str_keys=True)
    return stored


def from_json(stored: Mapping[str, Any]) -> Portrait:
    """A stored portrait.

    Raises:
        msgspec.ValidationError: what was stored is not of this form.

    """
    return msgspec.convert(stored, dict[str, Habit], strict=False)
