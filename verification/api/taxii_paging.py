"""Pages of a TAXII 2.1 collection: by when objects were added, from a moment or a cursor on, narrowed by match."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import QuerySet
from rest_framework.request import Request
from stix2.utils import STIXdatetime, format_datetime

from config.lib.crypto import SignatureError, sign, unsign
from config.lib.cursors import CURSOR_MALFORMED
from config.lib.errors import INVALID
from verification.sharing_models import SharedObject

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1_000  # TAXII lets a server give fewer than are asked for
MATCHES_MOST: Final = 100  # values of one match
PURPOSE: Final = "taxii"
MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z")
SPEC_VERSION: Final = "2.1"


@dataclass(frozen=True, slots=True)
class Page:
    """Some objects, in the order in which they were added. `following`, where there are more, leads on."""

    rows: Sequence[SharedObject]
    following: str | None

    @property
    def added(self) -> tuple[datetime, datetime] | None:
        """When the first and the last were added; None of an empty page."""
        return (self.rows[0].added_at, self.rows[-1].added_at) if self.rows else None


@dataclass(frozen=True, slots=True)
class Query:
    """What a call asks for."""

    path: str
    limit: int
    after: datetime | None
    matches: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, request: Request) -> "Query":
        """Read a call. Raises Problem: invalid_request, cursor_malformed."""
        told = request.query_params
        moments = [_opened(told["next"], request.path)] if "next" in told else []
        moments += [_moment(told["added_after"], "added_after")] if "added_after" in told else []
        names = ("id", "type", "version", "spec_version")
        sent = {name: told[f"match[{name}]"].split(",") for name in names if f"match[{name}]" in told}
        for name, values in sent.items():
            if len(values) > MATCHES_MOST:
                raise INVALID.problem(detail=f"At most {MATCHES_MOST} values.", field=f"match[{name}]")
        return cls(request.path, _limit(told.get("limit")), max(moments, default=None), sent)

    def page(self, objects: QuerySet[SharedObject]) -> Page:
        """The page of these objects. Raises Problem: invalid_request."""
        rows = self._narrowed(objects.order_by("added_at"))
        if self.after is not None:
            rows = rows.filter(added_at__gt=self.after)
        found = list(rows[: self.limit + 1])  # one more than asked for tells whether there is a next page
        if len(found) <= self.limit:
            return Page(found, None)
        return Page(found[: self.limit], _sealed(self.path, found[self.limit - 1].added_at))

    def _narrowed(self, rows: QuerySet[SharedObject]) -> QuerySet[SharedObject]:
        if "id" in self.matches:
            rows = rows.filter(stix_id__in=self.matches["id"])
        if "type" in self.matches:
            rows = rows.filter(type__in=self.matches["type"])
        if SPEC_VERSION not in self.matches.get("spec_version", (SPEC_VERSION,)):
            rows = rows.none()
        versions = self.matches.get("version", ("last",))
        if not {"last", "first", "all"}.intersection(versions):
            rows = rows.filter(modified__in=[_moment(each, "match[version]") for each in versions])
        return rows


def envelope_of(page: Page, told: Sequence[Any], *, name: str = "objects") -> dict[str, Any]:
    """A page as TAXII has it: nothing at all where there is nothing."""
    more = {"more": True, "next": page.following} if page.following else {}
    return {**more, name: list(told)} if told else {}


def version_of(modified: datetime) -> str:
    """The version that an object says of itself: it has three places of a second at least, which partners compare."""
    told: str = format_datetime(STIXdatetime(modified, precision="millisecond", precision_constraint="min"))
    return told


def entries_of(page: Page, *, media_type: str) -> list[dict[str, str]]:
    """The lines of a manifest."""
    return [
        {
            "id": row.stix_id,
            "date_added": row.added_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "version": version_of(row.modified),
            "media_type": media_type,
        }
        for row in page.rows
    ]


def _limit(sent: str | None) -> int:
    if sent is None:
        return DEFAULT_LIMIT
    if not (sent.isascii() and sent.isdecimal() and len(sent) <= 9 and int(sent) >= 1):
        raise INVALID.problem(detail="limit is a whole number from 1 on.", field="limit")
    return min(int(sent), MAX_LIMIT)


def _moment(sent: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(sent if MOMENT.fullmatch(sent) else "").astimezone(UTC)
    except ValueError:
        raise INVALID.problem(detail="A moment in UTC as RFC 3339 has it, 2026-11-30T12:00:00Z.", field=field) from None


def _sealed(path: str, added: datetime) -> str:
    return sign(PURPOSE, json.dumps([path, added.isoformat()]).encode("ascii"))


def _opened(cursor: str, path: str) -> datetime:
    try:
        made_for, added = json.loads(unsign(PURPOSE, cursor))
    except SignatureError:
        raise CURSOR_MALFORMED.problem(field="next") from None
    if made_for != path:
        raise CURSOR_MALFORMED.problem(field="next")
    return datetime.fromisoformat(added)
