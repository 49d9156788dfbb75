"""What is sent of an event: the same bytes under the same id each time, so that a receiver can know it again."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings

from config.lib.crypto import settled_hash
from verification.models import Event
from verification.webhooks import keys

PURPOSE: Final = "webhook id"
HASH_DIGITS: Final = 8


def message_id(event: Event) -> str:
    """The header webhook-id: one of each event, for every endpoint and every try.

    Part of it is a keyed hash, so that two installations that send to one receiver never use the same id.
    """
    return f"evt_{event.pk}_{settled_hash(PURPOSE, str(event.pk)) & 0xFFFFFFFF:0{HASH_DIGITS}x}"


def payload(event_type: str, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """The body as the specification has it: type, timestamp (of what happened) and data."""
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"type": event_type, "timestamp": moment, "data": dict(sorted(data.items()))}


def body(event: Event) -> str:
    """The body in text, without blanks."""
    return json.dumps(payload(event.type, event.at, event.data), separators=(",", ":"))


def headers(signing: Iterable[str], *, message: str, content: str, at: datetime) -> dict[str, str]:
    """What goes with a body: signed anew for each try, by every key that lives."""
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Gatehouse/{settings.VERSION}",
        "webhook-id": message,
        "webhook-timestamp": keys.timestamp(at),
        "webhook-signature": keys.signatures(signing, message_id=message, at=at, body=content),
    }
