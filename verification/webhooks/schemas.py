"""What is sent of each event, as JSON Schema (2020-12), made from the events themselves: one definition of both."""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from verification.events import EVENTS, Occurrence

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
PLAIN: Final[Mapping[Any, str]] = {str: "string", bool: "boolean", int: "integer", float: "number"}


def schema_of(event: type[Occurrence]) -> dict[str, Any]:
    """The schema of the body that is sent of an event. More may come to `data`; nothing leaves it."""
    hints = typing.get_type_hints(event)
    data = {field.name: _schema(hints[field.name]) for field in fields(event)}
    return {
        "$schema": DIALECT,
        "title": event.type,
        "description": " ".join((event.__doc__ or "").split()),
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": event.type},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
            "data": {"type": "object", "required": sorted(data), "properties": data},
        },
    }


def schemas() -> dict[str, dict[str, Any]]:
    """All of them, by type."""
    return {name: schema_of(event) for name, event in sorted(EVENTS.items())}


def _schema(hint: Any) -> dict[str, Any]:
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin in {types.UnionType, typing.Union}:
        return {"anyOf": [{"type": "null"} if each is type(None) else _schema(each) for each in arguments]}
    raise TypeError(f"no schema for {hint}: an event has plain JSON types")
