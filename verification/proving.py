"""A person passes a check: asking for it, and answering it.

A code, a challenge or a session may be tried five times. A wrong answer is counted and committed before it is compared,
so no error and no crash gives a try back. How many codes go out is limited for the signup, for whoever asks from the
same network, and for the mailbox or phone that would be flooded.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Q

from config.lib.errors import declare
from config.lib.peppers import every, number, steady, turn
from risk.identifiers import hashed
from risk.outcome import Outcome
from tiers.ladder import CheckKind
from tiers.models import Account
from tiers.standing import ladder
from verification import check_moves, codes, ledger, messaging, outbox, waking
from verification.checks import CHECKS
from verification.checks.interface import AnyCheck, CodeCheck, HostedCheck, LocalCheck
from verification.contact import give
from verification.events import CheckAnswered, CheckRequested
from verification.models import Check, Signup
from verification.states import CheckStatus

TRIES = 5

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
    fix="Name a usable mailbox or phone in `to`, or offer the person another of next_checks.",
)
CHECK_CHANNEL = declare(
    code="check_channel_unknown",
    status=422,
    title="Codes of this check do not travel this way",
    fix="Leave channel out, or use one of the channels that docs/add-a-check.md lists for the kind.",
)
CHECK_LIMIT = declare(
    code="check_limit_reached",
    status=429,
    title="Too many checks were asked for",
    fix="Wait for the time that Retry-After gives, or offer another of next_checks.",
)
CHECK_NOT_WAITING = declare(
    code="check_not_waiting",
    status=409,
    title="No check of this kind is waiting for an answer",
    fix="Ask for the check first; a code lives ten minutes.",
)
ANSWER_MISSING = declare(
    code="answer_missing",
    status=422,
    title="The answer does not fit the check",
    fix="Send `code` for email and phone, `solution` for proof_of_work, `credential` for passkey, nothing for others.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks for. `to` names a mailbox or phone other than the signup's, `channel` how its code travels."""

    kind: CheckKind
    to: str | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class AskLimit:
    """At most `count` checks within `window` of one scope: see `_scope`."""

    scope: str
    count: int
    window: timedelta


# A stranger on one network can use up at most a third of what a victim's mailbox or phone may get in a day.
CODE_LIMITS = (
    AskLimit("signup_kind", 3, timedelta(minutes=10)),
    AskLimit("signup_codes", 10, timedelta(days=1)),
    AskLimit("recipient_and_network", 5, timedelta(days=1)),
    AskLimit("recipient", 15, timedelta(days=1)),
)
# Sessions cost money at the outside party and challenges cost us; neither reaches anybody else.
OTHER_LIMITS = (
    AskLimit("signup_kind", 10, timedelta(minutes=10)),
    AskLimit("signup_kind", 40, timedelta(days=1)),
)


def on_offer(kind: CheckKind) -> bool:
    """Whether this install can carry the check out: it is on the menu, and neither it nor its provider is off."""
    check_kind = CHECKS.get(kind)
    if check_kind is None or isinstance(check_kind, CodeCheck | HostedCheck):
        return check_kind is not None and settings.PROVIDERS.get(kind) != "off"
    return check_kind.on_offer()


@steady()
def ask(signup: Signup, asked: Asked, *, at: datetime) -> Check:
    """Ask for a check; what goes to outside parties goes after commit.

    Raises:
        Problem: check_unknown, check_impossible, check_channel_unknown, check_limit_reached, check_needs_person,
            check_held.

    """
    check_kind = _offered(asked.kind)
    waking.used([signup.account_id], at=at)
    if asked.kind not in ladder().asked_under(Outcome(signup.account.outcome)):
        raise CHECK_UNKNOWN.problem(field="kind")
    if isinstance(check_kind, CodeCheck):
        return _ask_code(signup, check_kind, asked, at=at)
    with transaction.atomic():
        _one_at_a_time(signup)
        _refuse_flood(signup, asked.kind, None, at)
        check = _replace(signup, asked.kind, at=at)
        if not isinstance(check_kind, HostedCheck):
            challenge = check_kind.challenge(signup, at=at)
            check.challenge, check.status = asdict(challenge), CheckStatus.SENT
            check.sent_at, check.expires_at = at, at + check_kind.life
        check.save()
        _tell_asked(check, at)
    return check


def _ask_code(signup: Signup, check_kind: CodeCheck, asked: Asked, *, at: datetime) -> Check:
    if asked.channel and asked.channel not in check_kind.channels:
        raise CHECK_CHANNEL.problem(field="channel")
    to = check_kind.recipient({check_kind.field: asked.to} if asked.to is not None else signup.person)
    if to is None:
        raise CHECK_IMPOSSIBLE.problem(field="to" if asked.to is not None else check_kind.field)
    recipient = hashed(check_kind.identifier, to)
    if asked.to is not None:
        _refuse_flood(signup, asked.kind, recipient, at)  # before anything is looked up for it
        give(signup, check_kind, asked.to, at=at)
    with transaction.atomic():
        _one_at_a_time(signup, recipient)
        _refuse_flood(signup, asked.kind, recipient, at)
        costly = check_kind.paid and not signup.is_test
        past = messaging.clear(signup, to, recipient, at=at) if costly else None
        check = _replace(signup, asked.kind, at=at)
        check.recipient, check.channel = recipient, asked.channel or check_kind.channels[0]
        check.save()
        if past is not None:
            ledger.write(check, to, past, at=at)
        _tell_asked(check, at)
    return check


def _offered(kind: CheckKind) -> AnyCheck:
    if not on_offer(kind):
        raise CHECK_UNKNOWN.problem(field="kind")
    return CHECKS[kind]


def _replace(signup: Signup, kind: CheckKind, *, at: datetime) -> Check:
    """A new check, not saved yet, in place of one that waits."""
    check_moves.move(signup.checks.filter(kind=kind), CheckStatus.REPLACED)
    network = None if signup.network is None else turn(signup.network, to=number(), of=signup.spelling)
    return Check(signup=signup, kind=kind, status=CheckStatus.REQUESTED, requested_at=at, network=network)


def _tell_asked(check: Check, at: datetime) -> None:
    account = check.signup.account
    outbox.write([(account, CheckRequested(account.account_id, check.pk, check.kind))], at=at)


def _one_at_a_time(signup: Signup, recipient: int | None = None) -> None:
    """Those who ask for the same signup or the same recipient wait for each other, so that limits are exact."""
    Signup.objects.select_for_update().get(pk=signup.pk)
    if recipient is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [recipient])


def _refuse_flood(signup: Signup, kind: CheckKind, recipient: int | None, at: datetime) -> None:
    limits = OTHER_LIMITS if recipient is None else CODE_LIMITS
    counted = {
        f"limit_{place}": Count(
            "pk", filter=_scope(limit, signup, kind, recipient) & Q(requested_at__gt=at - limit.window)
        )
        for place, limit in enumerate(limits)
    }
    concerned = Q(signup=signup) if recipient is None else Q(signup=signup) | Q(recipient__in=every(recipient))
    asked = Check.objects.filter(concerned).aggregate(**counted)
    for place, limit in enumerate(limits):
        if asked[f"limit_{place}"] >= limit.count:
            raise CHECK_LIMIT.problem(headers={"Retry-After": str(int(limit.window.total_seconds()))})


def _scope(limit: AskLimit, signup: Signup, kind: CheckKind, recipient: int | None) -> Q:
    to = Q(recipient=None) if recipient is None else Q(recipient__in=every(recipient))
    network = signup.network
    near = Q(network=None) if network is None else Q(network__in=every(network, of=signup.spelling))
    scopes = {
        "signup_kind": Q(signup=signup, kind=kind),
        "signup_codes": Q(signup=signup, recipient__isnull=False),
        "recipient_and_network": to & near,
        "recipient": to,
    }
    return scopes[limit.scope]


def answer(signup: Signup, kind: CheckKind, given: Mapping[str, Any], *, at: datetime) -> Check:
    """Try an answer. Right: the check is passed and the account decided anew. Wrong: the try stays counted.

    `given` is the body of the answer. A session at an outside party is not judged by what the page says: the party is
    asked after commit.

    Raises:
        Problem: check_unknown, answer_missing, check_not_waiting.

    """
    check_kind = _offered(kind)
    answered = _field(check_kind, given)
    waking.used([signup.account_id], at=at)
    check = signup.checks.filter(kind=kind, status=CheckStatus.SENT, expires_at__gt=at).first()
    if check is None or not _count_try(check):
        raise CHECK_NOT_WAITING.problem()
    check.refresh_from_db()
    if isinstance(check_kind, HostedCheck):
        account = signup.account
        outbox.write([(account, CheckAnswered(account.account_id, check.pk, kind))], at=at)
    elif not _passes(check_kind, check, answered, at=at) and check.tries >= TRIES:
        check_moves.failed(check, at=at)
    check.refresh_from_db()
    return check


def _field(check_kind: AnyCheck, given: Mapping[str, Any]) -> Any:
    """What of the body answers this kind of check."""
    if isinstance(check_kind, HostedCheck):
        return None
    name = "code" if isinstance(check_kind, CodeCheck) else check_kind.answer_field
    if given.get(name) is None:
        raise ANSWER_MISSING.problem(field=name)
    return given[name]


def _passes(check_kind: CodeCheck | LocalCheck, check: Check, answered: Any, *, at: datetime) -> bool:
    """Pass the check if the answer is right; whether it was."""
    if isinstance(check_kind, CodeCheck):
        return codes.right(check, answered) and check_moves.passed(check, at=at, keep=_entered(check, at))
    keep = check_kind.right(check, answered, at=at)
    return keep is not None and check_moves.passed(check, at=at, keep=keep)


def _entered(check: Check, at: datetime) -> check_moves.Keep:
    def keep(_: Account) -> bool:
        ledger.entered(check, at=at)
        return True

    return keep


def _count_try(check: Check) -> bool:
    """Spend a try, committed at once. False when none is left."""
    spent = Check.objects.filter(pk=check.pk, status=CheckStatus.SENT, tries__lt=TRIES).update(tries=F("tries") + 1)
    return spent == 1
