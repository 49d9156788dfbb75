"""What a partner sent, read with suspicion: a STIX 2.1 bundle or a TAXII 2.1 envelope, whole or not at all.

| what | bound |
|---|---|
| bytes | 32 million |
| objects | 20,000 |
| depth | config.lib.strictjson.MAX_DEPTH |
| a moment at which something was made, changed or begins | a day ahead of our clock |
| a text that is kept | 200 characters |
| lines of a template | 20 |

Objects of other kinds than are used here, and patterns of what no signup shows, are left out and counted. One that is
of a kind that is used, and is not as the standard has it, has the whole refused: who sends one may have sent others.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import stix2

from config.lib import strictjson
from risk.lists import ListKind
from verification.sharing.patterns import Indicated, read

BYTES_MOST: Final = 32_000_000
OBJECTS_MOST: Final = 20_000
AHEAD: Final = timedelta(days=1)  # clocks differ, by hours where one is of another zone
TEXT_MOST: Final = 200
LINES_MOST: Final = 20
CONFIDENCE: Final = 50  # of what is told without one: the middle of STIX's own scale (2.1, appendix A)
RED: Final = stix2.TLP_RED.id
ID: Final = re.compile(r"[a-z][a-z0-9-]{2,60}--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z")
USED: Final = frozenset({"indicator", "intrusion-set", "relationship"})
EXTENSION: Final = "extension-definition--6a1ab3f4-7c5c-4d0e-9df4-0a5b8f6a2c1e"  # of templates (verification.sharing)
NOTHING: Final = Indicated(ListKind.DOMAINS)  # of what is taken back, it does not matter what it was of


class BundleRefused(ValueError):
    """The whole is refused. The message says why and where, and shows no value."""


@dataclass(frozen=True, slots=True)
class ToldRing:
    """A ring that a partner tells of."""

    stix_id: str
    name: str
    lines: tuple[tuple[str, str], ...]
    modified: datetime
    revoked: bool


@dataclass(frozen=True, slots=True)
class ToldIndicator:
    """A value that a partner tells of."""

    stix_id: str
    indicated: Indicated
    confidence: int
    red: bool
    modified: datetime
    since: datetime
    until: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """What there is to take in. `relations` has the ring of an indicator, by their ids.

    `unused` counts, by kind, what was left out; `following` is for the next page.
    """

    rings: tuple[ToldRing, ...]
    indicators: tuple[ToldIndicator, ...]
    relations: Mapping[str, str] = field(default_factory=dict)
    unused: Mapping[str, int] = field(default_factory=dict)
    more: bool = False
    following: str = ""


def parse(raw: bytes, *, at: datetime) -> Bundle:
    """Read what a partner sent.

    Raises:
        BundleRefused: it is too large, too deep, no bundle, or an object that is used here is not as it should be.

    """
    told = _top(raw)
    objects = told.get("objects", [])
    if not isinstance(objects, list) or len(objects) > OBJECTS_MOST:
        raise BundleRefused(f"objects: a list of at most {OBJECTS_MOST:,} is needed")
    unused: Counter[str] = Counter()
    used = _newest(_checked(objects, unused, at))
    rings = tuple(_ring(each) for each in used if each["type"] == "intrusion-set")
    indicators = [_indicator(each) for each in used if each["type"] == "indicator"]
    known = tuple(each for each in indicators if each is not None)
    if len(known) < len(indicators):
        unused["pattern"] += len(indicators) - len(known)
    return Bundle(rings, known, _indicates(used), dict(unused), *_following(told))


def _top(raw: bytes) -> dict[str, Any]:
    if len(raw) > BYTES_MOST:
        raise BundleRefused(f"it has more than {BYTES_MOST:,} bytes")
    try:
        told = strictjson.loads(raw)
    except strictjson.JSONRefusedError as refused:
        raise BundleRefused(str(refused)) from None
    if not isinstance(told, dict) or told.get("type", "bundle") != "bundle":
        raise BundleRefused("it is neither a STIX bundle nor a TAXII envelope")
    return told


def _following(told: Mapping[str, Any]) -> tuple[bool, str]:
    more, following = told.get("more", False), told.get("next", "")
    if not isinstance(more, bool) or not isinstance(following, str) or len(following) > TEXT_MOST:
        raise BundleRefused("more and next: not as TAXII 2.1 has them")
    return more, following


def _checked(objects: list[Any], unused: Counter[str], at: datetime) -> Iterator[dict[str, Any]]:
    """The objects that are used here, each as the standard has it."""
    for number, each in enumerate(objects, 1):
        kind = each.get("type") if isinstance(each, dict) else None
        if not isinstance(kind, str) or not isinstance(each.get("id"), str) or not ID.fullmatch(each["id"]):
            raise BundleRefused(f"object {number}: it has no type, or no id of a type and a UUID")
        if kind not in USED:
            unused[kind[:40]] += 1
            continue
        try:
            yield _as_standard(each, at)
        except BundleRefused as refused:
            raise BundleRefused(f"object {number}: {refused}") from None


def _as_standard(each: dict[str, Any], at: datetime) -> dict[str, Any]:
    if not each["id"].startswith(f"{each['type']}--") or each.get("spec_version") != "2.1":
        raise BundleRefused("it is not of STIX 2.1")
    if not isinstance(each.get("revoked", False), bool):
        raise BundleRefused("revoked is true or false")
    _moments(each, at)
    _confidence(each.get("confidence"))
    try:
        stix2.parse(each, allow_custom=True)
    except Exception as fault:  # noqa: BLE001 - whatever its parser of patterns raises, of an empty one UnboundLocalError
        raise BundleRefused(f"it is not as STIX 2.1 has {each['type']} ({type(fault).__name__})") from None
    if each["type"] == "intrusion-set":
        _ring(each)
    return each


def _moments(each: Mapping[str, Any], at: datetime) -> None:
    for name in ("created", "modified", "valid_from", "first_seen", "last_seen", "valid_until"):
        if name in each and _moment(each[name], name) > at + AHEAD and name != "valid_until":
            raise BundleRefused(f"{name} is in the future")
    if "created" not in each or "modified" not in each or _moment(each["modified"], "") < _moment(each["created"], ""):
        raise BundleRefused("created and modified are needed, the one no later than the other")


def _moment(told: object, name: str) -> datetime:
    if not isinstance(told, str) or not MOMENT.fullmatch(told):
        raise BundleRefused(f"{name}: no moment in UTC as RFC 3339 has it")
    try:
        return datetime.fromisoformat(f"{told[:19]}.{(told[20:-1] + '000000')[:6]}").replace(tzinfo=UTC)
    except ValueError:
        raise BundleRefused(f"{name}: there is no such moment") from None


def _newest(objects: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each id the newest version. Two that say they are the same version and are not, are refused."""
    found: dict[str, dict[str, Any]] = {}
    for each in objects:
        other = found.get(each["id"])
        if other is not None and other["modified"] == each["modified"] and other != each:
            raise BundleRefused("two versions of an object say that they are the same one")
        if other is None or _moment(each["modified"], "") > _moment(other["modified"], ""):
            found[each["id"]] = each
    return list(found.values())


def _ring(each: Mapping[str, Any]) -> ToldRing:
    name = each.get("name")
    extension = (each.get("extensions") or {}).get(EXTENSION) or {}
    lines = extension.get("template", [])
    if not isinstance(name, str) or not isinstance(lines, list) or len(lines) > LINES_MOST:
        raise BundleRefused(f"a ring needs a name, and a template of at most {LINES_MOST} lines")
    told = tuple(_line(line) for line in lines)
    modified = _moment(each["modified"], "modified")
    return ToldRing(each["id"], _text(name)[:TEXT_MOST], told, modified, each.get("revoked", False))


def _line(line: object) -> tuple[str, str]:
    link, shown = (line.get("link"), line.get("shown")) if isinstance(line, dict) else (None, None)
    if not isinstance(link, str) or not isinstance(shown, str) or max(len(link), len(shown)) > TEXT_MOST:
        raise BundleRefused("a line of a template is a link and what is shown of it")
    return _text(link), _text(shown)


def _text(told: str) -> str:
    """Without what no column holds."""
    return told.replace("\x00", "").encode("utf-8", "replace").decode()


def _indicates(used: list[dict[str, Any]]) -> dict[str, str]:
    """By indicator: the ring that a relation which stands ties it to."""
    return {
        each["source_ref"]: each["target_ref"]
        for each in used
        if each["type"] == "relationship"
        and each.get("relationship_type") == "indicates"
        and not each.get("revoked", False)
        and each["target_ref"].startswith("intrusion-set--")
    }


def _indicator(each: Mapping[str, Any]) -> ToldIndicator | None:
    """None where its pattern is of nothing that is looked for here; of a revoked one the pattern does not matter."""
    revoked = each.get("revoked", False)
    indicated = read(each["pattern"]) if each["pattern_type"] == "stix" else None
    if indicated is None and not revoked:
        return None
    until = _moment(each["valid_until"], "valid_until") if "valid_until" in each else None
    return ToldIndicator(
        stix_id=each["id"],
        indicated=indicated or NOTHING,
        confidence=_confidence(each.get("confidence")),
        red=RED in each.get("object_marking_refs", ()),
        modified=_moment(each["modified"], "modified"),
        since=_moment(each["valid_from"], "valid_from"),
        until=until,
        revoked=revoked,
    )


def _confidence(told: object) -> int:
    if told is None:
        return CONFIDENCE
    if isinstance(told, bool) or not isinstance(told, int) or not 0 <= told <= 100:
        raise BundleRefused("confidence is a whole number from 0 to 100")
    return told
