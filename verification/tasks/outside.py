"""Outside parties are asked what a signup left pending."""

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from config.lib.tasks import again
from verification import outside
from verification.providers import lookup_provider, party
from verification.providers.guard import guarded
from verification.providers.interface import ProviderRefused, ProviderUnavailable
from verification.tasks.retrying import LOOKUPS

log = logging.getLogger(__name__)


@shared_task(name="verification.ask_outside")
def ask_outside(account_pk: int, lookup: str, tries: int = 1) -> None:
    """Ask one question and decide anew on its answer. Asked twice, the second finds nothing pending."""
    question = outside.question(account_pk, lookup)
    if question is None:
        return
    try:
        answer: Any = outside.known(question, at=timezone.now())
        if answer is None:
            answer = guarded(party(lookup), lambda: lookup_provider(lookup).look(question.value))
    except ProviderRefused as refused:
        log.info("A lookup has no answer.", extra={"lookup": lookup, "why": str(refused)})
        outside.given_up(question, at=timezone.now())
    except ProviderUnavailable as away:
        log.warning("A provider is away.", extra={"lookup": lookup, "why": str(away), "tries": tries})
        pause = LOOKUPS.pause(tries)
        if pause is None:
            outside.given_up(question, at=timezone.now())
        else:
            again(ask_outside, account_pk, lookup, tries + 1, after=pause)
    else:
        outside.answered(question, answer, at=timezone.now())
