"""A confirmed ring as objects of STIX 2.1: what a partner reads.

The ring is an intrusion-set, each value an indicator that indicates it, and all of it is TLP:AMBER: for the partner and
its clients who need to know. Nothing is told of a person but marks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import stix2
from stix2.utils import format_datetime

from verification.sharing.bundles import EXTENSION, LINES_MOST, TEXT_MOST

VALID: Final = timedelta(days=180)  # after the last of a ring's accounts that showed it joined
LEAST, MOST = 70, 95  # of confidence: a person confirmed the ring; and nobody is never wrong
AMBER: Final = stix2.TLP_AMBER.id
MADE: Final = "2026-11-30T00:00:00.000Z"  # when the extension was defined
DEFINITION: Final = (
    '{"type": "object", "properties": {"template": {"type": "array", "items": {"type": "object", '
    '"required": ["link", "shown"], "properties": {"link": {"type": "string"}, "shown": {"type": "string"}}}}}}'
)


@dataclass(frozen=True, slots=True)
class Told:
    """One value to tell: its pattern and when the ring's accounts showed it, first and last."""

    pattern: str
    name: str
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class RingToTell:
    """What is told of a ring. `ours` is its id here, by which partners and we speak of it."""

    ours: str
    score: float
    first: datetime
    last: datetime
    accounts: int
    lines: tuple[tuple[str, str], ...]
    values: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An object without its id and moments. `about` says of what it is; `refs` names others so, by field."""

    about: str
    type: str
    fields: Mapping[str, Any]
    refs: Mapping[str, str]
    ring: str = ""


def drafts_of(ring: RingToTell, *, at: datetime) -> Iterator[Draft]:
    """The objects of a ring, in the order in which each refers to those before it."""
    about = f"ring:{ring.ours}"
    confidence = max(LEAST, min(MOST, int(ring.score)))
    told_by = {"created_by_ref": PRODUCER}
    yield Draft(about, "intrusion-set", {**_ring(ring), "confidence": confidence}, told_by, ring.ours)
    for told in ring.values:
        until = told.last + VALID
        if until <= at:
            continue
        of_value = f"{about}:{told.pattern}"
        fields = {
            "name": told.name,
            "indicator_types": ["malicious-activity"],
            "pattern": told.pattern,
            "pattern_type": "stix",
            "pattern_version": "2.1",
            "valid_from": format_datetime(told.first),
            "valid_until": format_datetime(until),
            "confidence": confidence,
        }
        yield Draft(f"ind:{of_value}", "indicator", fields, told_by, ring.ours)
        refs = {"source_ref": f"ind:{of_value}", "target_ref": about, **told_by}
        yield Draft(f"rel:{of_value}", "relationship", {"relationship_type": "indicates"}, refs, ring.ours)


PRODUCER: Final = "producer"


def producer(name: str) -> Draft:
    """Who tells."""
    return Draft(PRODUCER, "identity", {"name": name, "identity_class": "organization"}, {})


def standing_objects() -> list[Any]:
    """What every bundle holds beside: the marking, and what the extension of rings means."""
    extension = stix2.v21.ExtensionDefinition(
        id=EXTENSION,
        created=MADE,
        modified=MADE,
        created_by_ref="identity--6a1ab3f4-7c5c-4d0e-9df4-0a5b8f6a2c1e",
        name="Template of a ring of accounts",
        description="What the accounts of a ring look like: by link, what is shown of it. It holds no personal value.",
        schema=DEFINITION,
        version="1.0.0",
        extension_types=["property-extension"],
    )
    return [stix2.TLP_AMBER, extension]


def built(draft: Draft, *, ids: Mapping[str, str], created: datetime, modified: datetime) -> Any:
    """The object. `ids` has, by what they are about, its own id and those of objects that it refers to.

    Raises:
        stix2.exceptions.STIXError: STIX has no form for it.

    """
    whole = {
        "type": draft.type,
        "spec_version": "2.1",
        "id": ids[draft.about],
        "created": format_datetime(created),
        "modified": format_datetime(modified),
        **draft.fields,
        **{field: ids[about] for field, about in draft.refs.items()},
        "object_marking_refs": [AMBER],
    }
    return stix2.parse(whole, allow_custom=True)


def withdrawn(body: Mapping[str, Any], *, modified: datetime) -> dict[str, Any]:
    """The last version of what is no longer told: revoked, and without what it was of."""
    bare = {name: value for name, value in body.items() if name not in {"extensions", "description", "name"}}
    told = {**bare, "modified": format_datetime(modified), "revoked": True}
    if body["type"] == "indicator":
        told["pattern"] = "[x-gatehouse-mark:withdrawn = 'true']"
    if body["type"] == "intrusion-set":
        told["name"] = "withdrawn"
    return told


def _ring(ring: RingToTell) -> dict[str, Any]:
    shown = ", ".join(shown for _, shown in ring.lines)
    template = [{"link": link, "shown": shown[:TEXT_MOST]} for link, shown in ring.lines[:LINES_MOST]]
    return {
        "name": f"Ring {ring.ours}",
        "description": f"{ring.accounts} accounts that one operator runs{f': {shown}' if shown else ''}"[:2000],
        "first_seen": format_datetime(ring.first),
        "last_seen": format_datetime(ring.last),
        "resource_level": "organization",
        "goals": ["access that was not paid for"],
        "extensions": {EXTENSION: {"extension_type": "property-extension", "template": template}},
    }
