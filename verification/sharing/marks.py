"""Marks: how two partners compare a value without telling it to each other.

A mark is HMAC-SHA256 under the key that the two agreed on, over `gatehouse-mark-1`, a line feed, the kind, a line feed
and the value in its one spelling: a mailbox as risk.lookups.mailbox.canonical has it, a phone number in E.164, a card
as `provider:fingerprint`. Who has the key can try values; who has not learns nothing (docs/sharing.md).
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from risk.kinds import IdentifierKind
from risk.lists import ListKind
from risk.lookups.mailbox import canonical
from risk.lookups.phone import e164

KEY: Final = re.compile(r"[0-9a-f]{64}")
MARK: Final = re.compile(r"[0-9a-f]{64}")
CONTEXT: Final = "gatehouse-mark-1"


class MarkKind(StrEnum):
    """What a mark is of."""

    MAILBOX = "mailbox"
    PHONE = "phone"
    CARD = "card"


LISTS: Final = {
    MarkKind.MAILBOX: ListKind.EMAILS,
    MarkKind.PHONE: ListKind.PHONES,
    MarkKind.CARD: ListKind.CARDS,
}
IDENTIFIERS: Final = {
    MarkKind.MAILBOX: IdentifierKind.MAILBOX,
    MarkKind.PHONE: IdentifierKind.PHONE,
    MarkKind.CARD: IdentifierKind.CARD,
}


def mark(value: str, *, kind: MarkKind, key: str) -> str:
    """The mark of a value, in 64 hexadecimal digits. `key` has as many."""
    told = f"{CONTEXT}\n{kind}\n{value}".encode("utf-8", "surrogatepass")
    return hmac.digest(bytes.fromhex(key), told, hashlib.sha256).hex()


def shown(person: Mapping[str, Any]) -> dict[MarkKind, str]:
    """What somebody who signed up showed that marks are of, each in its one spelling."""
    payment = person.get("payment") or {}
    card = f"{payment.get('provider')}:{payment['fingerprint']}" if payment.get("fingerprint") else None
    told = {
        MarkKind.MAILBOX: canonical(person.get("email")),
        MarkKind.PHONE: e164(person.get("phone")),
        MarkKind.CARD: card,
    }
    return {kind: value for kind, value in told.items() if value}
