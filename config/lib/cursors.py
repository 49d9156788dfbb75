"""Lists, page by page: `{"items": [...], "next": "..."}`, with a cursor that only this service can make.

A cursor says after which row to go on, not how many to skip: rows that come or go meanwhile shift nothing, and the
thousandth page costs what the first does. It is signed, and bound to the address it was given out by.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from config.lib.crypto import SignatureError, sign, unsign
from config.lib.errors import INVALID, declare

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 100
PURPOSE: Final = "cursor"

CURSOR_MALFORMED = declare(
    "cursor_malformed",
    status=400,
    title="The cursor is not one that this list gave out",
    fix="Send the value of next as it came, to the same address; leave cursor out to begin anew.",
)

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Order:
    """A field to go by, which has to be unique within the list; newest or highest first where it is descending."""

    field: str
    descending: bool

    @classmethod
    def parse(cls, text: str) -> "Order":
        """`-version` is descending by version."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def sorted(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The rows in this order."""
        return rows.order_by(f"-{self.field}" if self.descending else self.field)

    def after(self, rows: QuerySet[Row], value: Any) -> QuerySet[Row]:
        """The rows behind a value. Raises ValidationError, ValueError or TypeError where it is none of the field."""
        return rows.filter(**{f"{self.field}__{'lt' if self.descending else 'gt'}": value})


def page_of(
    rows: QuerySet[Row], request: Request, *, order: str, serializer: type[BaseSerializer[Any]]
) -> dict[str, Any]:
    """The page of a list that a request asks for by `limit` and `cursor`.

    `order` names a field that is unique within the list, with `-` for descending.

    Raises:
        Problem: cursor_malformed, invalid_request (limit).

    """
    items, following = _cut(rows, request, Order.parse(order))
    return {"items": serializer(items, many=True).data, "next": following}


def _cut(rows: QuerySet[Row], request: Request, order: Order) -> tuple[list[Row], str | None]:
    limit = _limit(request)
    ordered = order.sorted(rows)
    if cursor := request.query_params.get("cursor"):
        try:
            ordered = order.after(ordered, _open(cursor, request.path))
        except (SignatureError, ValidationError, ValueError, TypeError):
            raise CURSOR_MALFORMED.problem(field="cursor") from None
    found = list(ordered[: limit + 1])  # one more than asked for tells whether there is a next page
    if len(found) <= limit:
        return found, None
    return found[:limit], _seal(request.path, getattr(found[limit - 1], order.field))


def _limit(request: Request) -> int:
    sent = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (sent.isascii() and sent.isdecimal() and len(sent) <= len(str(MAX_LIMIT)) and 1 <= int(sent) <= MAX_LIMIT):
        raise INVALID.problem(detail=f"limit is a whole number from 1 to {MAX_LIMIT}.", field="limit")
    return int(sent)


def _seal(path: str, value: Any) -> str:
    text = value if isinstance(value, int) else str(value)
    return sign(PURPOSE, json.dumps([path, text], separators=(",", ":")).encode("ascii"))


def _open(cursor: str, path: str) -> Any:
    made_for, value = json.loads(unsign(PURPOSE, cursor))
    if made_for != path:
        raise SignatureError("made for another list")
    return value
