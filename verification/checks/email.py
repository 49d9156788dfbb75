"""Reading a code that was sent to the mailbox."""

from collections.abc import Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email

from risk.identifiers import IdentifierKind
from tiers.ladder import CheckKind
from verification.checks.interface import CodeCheck


def recipient(person: Mapping[str, Any]) -> str | None:
    """The address as it was given, if mail can go there at all."""
    try:
        return validate_email(person.get("email") or "", check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def masked(address: str) -> str:
    """`j***@e***.com`: enough to know one's own address by, too little to learn another's."""
    local, _, domain = address.rpartition("@")
    host, _, ending = domain.rpartition(".")
    return f"{local[:1]}***@{host[:1]}***.{ending}"


CHECK = CodeCheck(CheckKind.EMAIL, "email", recipient, masked, IdentifierKind.MAILBOX, ("mail",))
