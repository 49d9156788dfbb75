"""Marks: how two partners compare a value without telling it to each other.

A mark is HMAC-SHA256 under the key that the two agreed on, over `gatehouse-mark-1`, a line feed, the kind, a line feed
and the value in its one spelling: a mailbox as risk.lookups.mailbox.canonical has it, a phone number in E.164, a card as
`provider:fingerprint`. Who has the key can try values; who has not learns nothing (docs/sharing.md). Pure.
"""

import hashlib
import hmac
import re
from enum import StrEnum
from typing import Final

from risk.lists import ListKind

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


def mark(key: str, kind: MarkKind, value: str) -> str:
    """The mark of a value, in 64 hexadecimal digits. `key` has as many."""
    told = f"{CONTEXT}\n{kind}\n{value}".encode("utf-8", "surrogatepass")
    return hmac.digest(bytes.fromhex(key), told, hashlib.sha256).hex()
