"""Reading a code that was sent to the phone."""

from collections.abc import Mapping
from typing import Any

from risk.identifiers import IdentifierKind
from risk.lookups.phone import e164
from tiers.ladder import CheckKind
from verification.checks.interface import CodeCheck


def recipient(person: Mapping[str, Any]) -> str | None:
    """The number in E.164, if it is one."""
    return e164(person.get("phone"))


def masked(number: str) -> str:
    """`+1***23`: the last two digits tell the owner which phone to look at."""
    return f"{number[:2]}***{number[-2:]}"


CHECK = CodeCheck(
    CheckKind.PHONE, "phone", recipient, masked, IdentifierKind.PHONE, ("sms", "voice", "whatsapp"), paid=True
)
