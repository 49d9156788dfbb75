"""All accounts decided again, as after a new policy: chunk by chunk, each in one transaction with how far it has come.

A chunk that runs twice is decided once: it moves the run on from where the chunk began, or it does nothing. So a run
can be stopped at any time, by whatever, and goes on from there; memory does not grow with the accounts.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import F, Max

from config.lib import audit
from tiers.models import Account
from verification.models import Redecision
from verification.recheck import redecide_all
from verification.states import Cause

log = logging.getLogger(__name__)
CHUNK = 100  # accounts of one transaction: what waits for one of them waits for a fraction of a second
PIECE_SECONDS = 5.0  # other bulk work gets its turn between
LOST = timedelta(minutes=2)  # no piece takes as long; its task is gone
UNREADABLE = (msgspec.MsgspecError, ValueError, KeyError, TypeError, IndexError)


def start(*, why: str, by: str, at: datetime) -> Redecision:
    """Ask for it. `by` is who wants it and `why` what for, as in the audit log."""
    with transaction.atomic():
        last = Account.objects.aggregate(last=Max("pk"))["last"] or 0
        run = Redecision.objects.create(asked_by=by, why=why, asked_at=at, touched_at=at, last=last)
        audit.append(actor=by, act="accounts.redecide", subject=f"redecision:{run.pk}", details={"why": why})
    return run


def go_on(run_pk: int, *, at: datetime, seconds: float = PIECE_SECONDS) -> bool:
    """Decide the next accounts; whether there are more to come. A run that is finished or gone has none."""
    until = time.monotonic() + seconds
    while (run := Redecision.objects.filter(pk=run_pk, finished_at=None).first()) is not None:
        _chunk(run, at)
        if time.monotonic() >= until:
            return Redecision.objects.filter(pk=run_pk, finished_at=None).exists()
    return False


def lost(*, at: datetime) -> list[int]:
    """Runs whose next piece does not come."""
    waiting = Redecision.objects.filter(finished_at=None, touched_at__lt=at - LOST)
    return list(waiting.values_list("pk", flat=True))


def _chunk(run: Redecision, at: datetime) -> None:
    ahead = Account.objects.filter(pk__gt=run.done_to, pk__lte=run.last).order_by("pk")
    accounts = list(ahead.values_list("pk", flat=True)[:CHUNK])
    with transaction.atomic():
        done_to = accounts[-1] if accounts else run.last
        here = Redecision.objects.filter(pk=run.pk, done_to=run.done_to, finished_at=None)
        if not here.update(done_to=done_to, touched_at=at, finished_at=at if done_to >= run.last else None):
            return
        decided = _decided(accounts, at)
        Redecision.objects.filter(pk=run.pk).update(
            decided=F("decided") + decided, passed_over=F("passed_over") + len(accounts) - decided
        )


def _decided(accounts: Sequence[int], at: datetime) -> int:
    """How many were. Where one of them cannot be read, they are decided one by one, so that it stops nobody else."""
    if not accounts:
        return 0
    try:
        with transaction.atomic():
            return len(redecide_all(accounts, cause=Cause.POLICY, at=at, where=lambda _: True))
    except UNREADABLE:
        if len(accounts) == 1:
            log.exception("An account could not be decided again.", extra={"account": accounts[0]})
            return 0
    return sum(_decided([account], at) for account in accounts)
