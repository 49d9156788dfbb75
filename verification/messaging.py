"""Whether a code may go to a phone: each message costs money, and strangers are paid for having them sent."""

import logging
from datetime import datetime
from typing import Final

from django.conf import settings
from prometheus_client import Counter

from config.lib.errors import Problem, declare
from config.lib.peppers import every
from risk.facts import Facts, TokenState
from risk.models import Assessment
from risk.outcome import Outcome
from verification import ledger
from verification.models import Check, Signup
from verification.pumping import REST, Held, History, judge
from verification.states import CheckStatus

log = logging.getLogger(__name__)
HELD_BACK = (Outcome.REVIEW, Outcome.DENY)
MESSAGES: Final = Counter(
    "gatehouse_phone_messages", "Codes asked for by phone: cleared, or held and where.", ["result", "level"]
)

CHECK_NEEDS_PERSON = declare(
    code="check_needs_person",
    status=409,
    title="Nothing says yet that a person asks",
    fix="Have another check passed first, proof_of_work is the lightest, then ask again.",
)
CHECK_HELD = declare(
    code="check_held",
    status=429,
    title="No messages go to this number now",
    fix="Offer another of next_checks, or ask again after the time that Retry-After gives.",
)


def clear(signup: Signup, number: str, recipient: int, *, at: datetime) -> History:
    """What was sent to the number's neighbours, once it is clear that a message may go.

    Raises:
        Problem: check_needs_person, check_held.

    """
    country = ledger.country_of(number)
    if settings.PHONE_COUNTRIES and country not in settings.PHONE_COUNTRIES:
        raise _held(signup, Held("country", "not among PHONE_COUNTRIES"))
    if not (_reached_before(recipient) or shows_person(signup)):
        raise CHECK_NEEDS_PERSON.problem()
    past = ledger.history(signup, number, at=at)
    if held := judge(past, country, at):
        raise _held(signup, held)
    MESSAGES.labels("cleared", "").inc()
    return past


def shows_person(signup: Signup) -> bool:
    """Whether anything says that a person is there: a check passed, or a form that our own script saw typed in.

    Of an account that risk holds back, what its own browser says of its form is not enough.
    """
    last = Assessment.objects.filter(subject=signup.account_id).order_by("-id").values_list("facts", flat=True)[0]
    facts = Facts.from_json(last)
    form = facts.form
    typed = form is not None and form.trusted and bool(form.keystrokes or form.pointer_events)
    trusted = signup.account.outcome not in HELD_BACK and facts.token is TokenState.VALID
    return bool(facts.proofs) or (trusted and typed)


def _reached_before(recipient: int) -> bool:
    """Whether somebody has entered a code that was sent to this number: it is no stranger's to pump."""
    return Check.objects.filter(recipient__in=every(recipient), status=CheckStatus.PASSED).exists()


def _held(signup: Signup, held: Held) -> Problem:
    MESSAGES.labels("held", held.level).inc()
    log.warning(
        "A message to a phone is held back.", extra={"signup": signup.public_id, "level": held.level, "why": held.why}
    )
    return CHECK_HELD.problem(headers={"Retry-After": str(int(REST.total_seconds()))})
