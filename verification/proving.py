"""A person passes a check: asking for it, and answering it.

Codes have six digits, live ten minutes and may be tried five times. A wrong code is counted and committed before it is
compared, so no error and no crash gives a try back. How many codes go out is limited for the signup, for whoever asks
from the same network, and for the mailbox or phone that would be flooded.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet

from config.lib.crypto import code_digest, same_digest
from config.lib.errors import declare
from risk.identifiers import hashed
from tiers.ladder import CheckKind
from tiers.models import Account
from tiers.standing import ladder
from verification import outbox
from verification.checks import CHECKS
from verification.events import CheckFailed, CheckPassed, CheckRequested, Happening
from verification.models import Check, Proof, Signup, Source
from verification.recheck import redecide
from verification.states import Cause, CheckStatus, before

CODE_LIFE = timedelta(minutes=10)
TRIES = 5
MAGIC_CODE = "000000"  # of every check of a test key's signup; nothing is sent

CHECK_UNKNOWN = declare(
    code="check_unknown",
    status=422,
    title="There is no such check here",
    fix="Ask for one of the kinds that next_checks offers.",
)
CHECK_IMPOSSIBLE = declare(
    code="check_impossible",
    status=422,
    title="This check has nowhere to go",
    fix="The signup came without a usable value for it; offer the person another of next_checks.",
)
CHECK_LIMIT = declare(
    code="check_limit_reached",
    status=429,
    title="Too many codes were asked for",
    fix="Wait for the time that Retry-After gives, or offer another of next_checks.",
)
CHECK_NOT_WAITING = declare(
    code="check_not_waiting",
    status=409,
    title="No check of this kind is waiting for an answer",
    fix="Ask for the check first; a code lives ten minutes.",
)


@dataclass(frozen=True, slots=True)
class SendLimit:
    """At most `count` codes within `window` for the same signup, recipient and network, or recipient."""

    scope: str
    count: int
    window: timedelta


# A stranger on one network can use up at most a third of what a victim's mailbox or phone may get in a day.
SEND_LIMITS = (
    SendLimit("signup", 3, timedelta(minutes=10)),
    SendLimit("signup", 10, timedelta(days=1)),
    SendLimit("recipient_and_network", 5, timedelta(days=1)),
    SendLimit("recipient", 15, timedelta(days=1)),
)


def ask(signup: Signup, kind: CheckKind, *, at: datetime) -> Check:
    """Ask for a check; its code is sent after commit.

    Raises:
        Problem: check_unknown, check_impossible, check_limit_reached.

    """
    check_kind = CHECKS.get(kind)
    if check_kind is None:
        raise CHECK_UNKNOWN.problem(field="kind")
    to = check_kind.recipient(signup.person)
    if to is None:
        raise CHECK_IMPOSSIBLE.problem(field=check_kind.field)
    recipient = hashed(check_kind.identifier, to)
    with transaction.atomic():
        _one_at_a_time(signup, recipient)
        _refuse_flood(signup, recipient, at)
        _move(signup.checks.filter(kind=kind), CheckStatus.REPLACED)
        check = Check.objects.create(
            signup=signup,
            kind=kind,
            status=CheckStatus.REQUESTED,
            requested_at=at,
            recipient=recipient,
            network=signup.network,
        )
        event = CheckRequested(signup.account.account_id, check.pk, kind)
        outbox.write([(signup.account, event)], at=at)
    return check


def _one_at_a_time(signup: Signup, recipient: int) -> None:
    """Those who ask for the same signup or the same recipient wait for each other, so that limits are exact."""
    Signup.objects.select_for_update().get(pk=signup.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [recipient])


def _refuse_flood(signup: Signup, recipient: int, at: datetime) -> None:
    counted = [
        Count("pk", filter=_scope(limit, signup, recipient) & Q(requested_at__gt=at - limit.window))
        for limit in SEND_LIMITS
    ]
    sent = Check.objects.filter(Q(recipient=recipient) | Q(signup=signup)).aggregate(
        **{f"limit_{place}": count for place, count in enumerate(counted)}
    )
    for place, limit in enumerate(SEND_LIMITS):
        if sent[f"limit_{place}"] >= limit.count:
            raise CHECK_LIMIT.problem(headers={"Retry-After": str(int(limit.window.total_seconds()))})


def _scope(limit: SendLimit, signup: Signup, recipient: int) -> Q:
    scopes = {
        "signup": Q(signup=signup),
        "recipient_and_network": Q(recipient=recipient, network=signup.network),
        "recipient": Q(recipient=recipient),
    }
    return scopes[limit.scope]


def prepare_code(check_pk: int, *, at: datetime) -> tuple[Check, str] | None:
    """Make the code of a check that was asked for, once. None when it was made before or is no longer wanted."""
    is_test = Signup.objects.filter(checks=check_pk, source=Source.TEST).exists()
    code = MAGIC_CODE if is_test else f"{secrets.randbelow(1_000_000):06d}"
    made = _move(
        Check.objects.filter(pk=check_pk),
        CheckStatus.SENT,
        sent_at=at,
        expires_at=at + CODE_LIFE,
        digest=code_digest(code, context=f"check:{check_pk}"),
    )
    return (Check.objects.select_related("signup").get(pk=check_pk), code) if made else None


def not_sent(check: Check, *, final: bool) -> None:
    """Nothing went out: wanted again, or, when it is final, never."""
    status = CheckStatus.UNDELIVERED if final else CheckStatus.REQUESTED
    _move(Check.objects.filter(pk=check.pk), status, digest="")


def expire_due(at: datetime) -> int:
    """Checks whose code is too old to be answered expire; returns how many."""
    return _move(Check.objects.filter(expires_at__lte=at), CheckStatus.EXPIRED)


def _move(checks: QuerySet[Check], status: CheckStatus, **changes: Any) -> int:
    """Bring checks to a status, those that can come to it from where they are; returns how many did."""
    return checks.filter(status__in=before(status)).update(status=status, **changes)


def answer(signup: Signup, kind: CheckKind, code: str, *, at: datetime) -> Check:
    """Try a code. Right: the check is passed and the account decided anew. Wrong: the try stays counted.

    Raises:
        Problem: check_unknown, check_not_waiting.

    """
    if kind not in CHECKS:
        raise CHECK_UNKNOWN.problem(field="kind")
    check = signup.checks.filter(kind=kind, status=CheckStatus.SENT, expires_at__gt=at).first()
    if check is None or not _count_try(check):
        raise CHECK_NOT_WAITING.problem()
    check.refresh_from_db()
    if same_digest(check.digest, code_digest(code, context=f"check:{check.pk}")):
        _pass(check, signup.account_id, at)
    elif check.tries >= TRIES:
        _fail(check, signup.account, at)
    check.refresh_from_db()
    return check


def _count_try(check: Check) -> bool:
    """Spend a try, committed at once. False when none is left."""
    spent = Check.objects.filter(pk=check.pk, status=CheckStatus.SENT, tries__lt=TRIES).update(tries=F("tries") + 1)
    return spent == 1


def _pass(check: Check, account_pk: int, at: datetime) -> None:
    def change(account: Account) -> Sequence[Happening]:
        if not _move(Check.objects.filter(pk=check.pk), CheckStatus.PASSED):
            return []
        kind = CheckKind(check.kind)
        Proof.objects.create(account=account, kind=kind, passed_at=at, lapses_at=at + ladder().half_lives[kind])
        return [CheckPassed(account.account_id, check.pk, kind)]

    redecide(account_pk, cause=Cause.CHECK, at=at, change=change)


def _fail(check: Check, account: Account, at: datetime) -> None:
    with transaction.atomic():
        if _move(Check.objects.filter(pk=check.pk), CheckStatus.FAILED):
            outbox.write([(account, CheckFailed(account.account_id, check.pk, check.kind))], at=at)
