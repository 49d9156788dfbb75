"""The picture of a ring: some of its members, and the values that they share, as nodes and edges for the page to draw.

A value is told by what it is and a number: which one it is stands nowhere.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from risk.models import Ring, RingMember, Trace
from risk.rings.links import KINDS, Aspect, Link
from verification.console.ring_members import ERASED, known_of, short

MEMBERS_MOST = 150
VALUES_MOST = 32
OF_A_LINK_MOST = 8  # values: one link of many blocks leaves room for the others
EDGES_MOST = 900  # more than that is a ball of wool


@dataclass(slots=True)
class _Value:
    """One value of one link: who among the drawn members has it, and how much it told of them (nats, summed)."""

    link: Link
    subjects: list[int] = field(default_factory=list)
    told: float = 0.0


def picture(ring: Ring) -> dict[str, Any]:
    """Nodes and edges of at most MEMBERS_MOST members, taken evenly in the order of their signups.

    Which values: those that tell most of the drawn members by why they are in the ring, and where nothing is said of
    that, those that most of them share. Six queries, however large the ring is.
    """
    current = RingMember.objects.filter(ring=ring, left_at=None)
    size = current.count()
    drawn = _at(current, evenly(range(size), MEMBERS_MOST))
    members = list(current.filter(subject__in=drawn).order_by("subject"))
    traces = dict(Trace.objects.filter(subject__in=drawn).values_list("subject", "links"))
    values = _chosen(_shared(members, traces))
    return {
        "size": size,
        "drawn": len(drawn),
        "nodes": [*_member_nodes(members), *_value_nodes(values)],
        "edges": [
            {"source": f"member-{subject}", "target": f"value-{place}", "aspect": KINDS[value.link].aspect}
            for place, value in enumerate(values)
            for subject in value.subjects
        ],
    }


def evenly(rows: Sequence[int], most: int) -> list[int]:
    """At most so many of the rows, at even distances."""
    return list(rows) if len(rows) <= most else [rows[place * len(rows) // most] for place in range(most)]


def _at(members: QuerySet[RingMember], places: Sequence[int]) -> list[int]:
    """The members at these places, in the order of their signups: found by the index, and no other one is fetched."""
    numbered = members.annotate(place=Window(RowNumber(), order_by="subject") - 1).filter(place__in=places)
    return list(numbered.order_by("subject").values_list("subject", flat=True))


def label_of(link: Link, number: int) -> str:
    """What a value is called: "mail domain 2"."""
    return f"{short(link)} {number}"


def _shared(members: Sequence[RingMember], traces: Mapping[int, Sequence[int]]) -> list[_Value]:
    """Every value that two of the members or more have, of links that speak for a ring."""
    found: dict[tuple[Link, int], _Value] = {}
    for member in members:
        weights = {line["link"]: float(line["weight"]) for line in member.why}
        for link, number in zip(Link, traces.get(member.subject, ()), strict=False):
            if number and KINDS[link].aspect is not Aspect.CONTEXT:
                value = found.setdefault((link, number), _Value(link))
                value.subjects.append(member.subject)
                value.told += weights.get(link.name, 0.0)
    return [value for value in found.values() if len(value.subjects) > 1]


def _chosen(values: Sequence[_Value]) -> list[_Value]:
    telling = [value for value in values if value.told > 0] or values
    taken: dict[Link, int] = defaultdict(int)
    chosen: list[_Value] = []
    room = EDGES_MOST
    for value in sorted(telling, key=lambda one: (-one.told, -len(one.subjects), one.link)):
        if len(chosen) == VALUES_MOST or taken[value.link] == OF_A_LINK_MOST or len(value.subjects) > room:
            continue
        chosen.append(value)
        taken[value.link] += 1
        room -= len(value.subjects)
    return chosen


def _member_nodes(members: Sequence[RingMember]) -> Iterator[dict[str, Any]]:
    known = known_of([member.subject for member in members])
    for member in members:
        account, page = (told := known.get(member.subject, ERASED)).account, told.page
        yield {
            "id": f"member-{member.subject}",
            "kind": "member",
            "label": account.account_id if account else "(erased)",
            "held": account is not None and account.held,
            "weight": round(member.weight, 1),
            "page": page,
        }


def _value_nodes(values: Sequence[_Value]) -> Iterator[dict[str, Any]]:
    numbers: dict[Link, int] = defaultdict(int)
    for place, value in enumerate(values):
        numbers[value.link] += 1
        yield {
            "id": f"value-{place}",
            "kind": "value",
            "label": label_of(value.link, numbers[value.link]),
            "aspect": KINDS[value.link].aspect,
            "shared": len(value.subjects),
        }
