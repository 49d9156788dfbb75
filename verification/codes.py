"""Codes: made when they are sent, six digits, good for ten minutes, stored as a digest bound to their check."""

import secrets
from datetime import datetime, timedelta

from config.lib.crypto import code_digest, is_code
from verification.check_moves import move
from verification.ledger import withdraw
from verification.models import Check, Signup, Source
from verification.states import CheckStatus

CODE_LIFE = timedelta(minutes=10)
MAGIC_CODE = "000000"  # of every check of a test key's signup; nothing is sent


def prepare(check_pk: int, *, at: datetime) -> tuple[Check, str] | None:
    """Make the code of a check that was asked for, once. None when it was made before or is no longer wanted."""
    is_test = Signup.objects.filter(checks=check_pk, source=Source.TEST).exists()
    code = MAGIC_CODE if is_test else f"{secrets.randbelow(1_000_000):06d}"
    made = move(
        Check.objects.filter(pk=check_pk),
        CheckStatus.SENT,
        sent_at=at,
        expires_at=at + CODE_LIFE,
        digest=code_digest(code, context=_context(check_pk)),
    )
    return (Check.objects.select_related("signup").get(pk=check_pk), code) if made else None


def not_sent(check: Check, *, final: bool) -> None:
    """Nothing went out: wanted again, or, when it is final, never."""
    status = CheckStatus.UNDELIVERED if final else CheckStatus.REQUESTED
    move(Check.objects.filter(pk=check.pk), status, digest="")
    if final:
        withdraw(check)


def right(check: Check, code: str) -> bool:
    """Whether this is the check's code, told in a time that does not depend on it."""
    return is_code(check.digest, code, context=_context(check.pk))


def _context(check_pk: int) -> str:
    return f"check:{check_pk}"
