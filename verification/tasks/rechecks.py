"""What is due is looked at again, here and by outside parties, and news of lists reaches whom it touches."""

import logging
import time
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from config.lib.advisory import alone
from risk.half_lives import Evidence
from verification import ageing, list_news, outside, rechecking
from verification.ageing import Due
from verification.outside import Question
from verification.providers import lookup_provider, party
from verification.providers.budget import spare
from verification.providers.guard import guarded
from verification.providers.interface import ProviderRefused, ProviderUnavailable, ValueUnavailable

log = logging.getLogger(__name__)
SECONDS = 15.0  # that one run goes on for; beat calls for one every RECHECK_SECONDS
LONGEST_SECONDS = 120
HERE_LOCK, OUTSIDE_LOCK = 0x72656368_00000001, 0x72656368_00000002  # "rech"
ASKED_OUTSIDE = (Evidence.MAIL_DOMAIN, Evidence.PHONE_LINE)
AT_ONCE = 50


@shared_task(name="verification.recheck_due", time_limit=LONGEST_SECONDS)
def recheck_due() -> int:
    """Take on new accounts, tell of what is new on lists, and look at what is due here; how many were decided."""
    with alone(HERE_LOCK) as at_work:
        if not at_work:
            return 0
        now, until = timezone.now(), time.monotonic() + SECONDS
        ageing.take_on(now, seconds=SECONDS / 3)
        list_news.tell(now)
        return rechecking.look_due(now, seconds=max(SECONDS / 3, until - time.monotonic())).decided


@shared_task(name="verification.ask_again", time_limit=LONGEST_SECONDS)
def ask_again() -> int:
    """Ask outside parties again what is due, within their budgets; how many accounts were decided for an answer."""
    with alone(OUTSIDE_LOCK) as at_work:
        return sum(_ask(evidence, timezone.now()) for evidence in ASKED_OUTSIDE) if at_work else 0


def _ask(evidence: Evidence, at: datetime) -> int:
    decided, until = 0, time.monotonic() + SECONDS / len(ASKED_OUTSIDE)
    while time.monotonic() < until and (rows := ageing.due(evidence, at, most=AT_ONCE)):
        for row in rows:
            became = _look(row, at)
            if became is None:
                return decided
            decided += became
            if time.monotonic() >= until:
                break
    return decided


def _look(row: Due, at: datetime) -> bool | None:
    """Whether an account was decided again; None where nobody can be asked for now, and what is due stays so."""
    question = outside.question_again(row.account_pk, row.evidence)
    if question is None:
        ageing.put_off([row], at=at)
        return False
    known = rechecking.stored(question, at=at)
    if known is not None:
        return rechecking.known_again(row, question, known, at=at)
    if not row.asked and not ageing.half_life(row.evidence).worth(row.tier):
        ageing.put_off([row], at=at)
        return False
    return _ask_party(row, question, at) if spare(lookup_provider(row.evidence)) else None


def _ask_party(row: Due, question: Question, at: datetime) -> bool | None:
    lookup = question.lookup
    try:
        answer = guarded(party(lookup), lambda: lookup_provider(lookup).look(question.value))
    except ValueUnavailable:
        ageing.unanswered(row, at=at)
        return False
    except ProviderUnavailable as away:
        log.warning("A provider is away; what is due waits.", extra={"lookup": lookup, "why": str(away)})
        ageing.unanswered(row, at=at)  # else a value that the party stumbles over would hold up all others
        return None
    except ProviderRefused:
        ageing.looked([row], at=at)
        return False
    return rechecking.answered(row, question, answer, at=at)
