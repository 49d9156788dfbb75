"""A backtest that the console asked for: in short pieces, each going on where the last one that was kept ended.

A piece that runs twice is kept once: it is written only where the run still stands where the piece began.
"""

import time
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from config.lib import audit
from risk.backtesting import Tally
from risk.models import PolicyState, StoredPolicy
from tiers.models import Account
from verification.backtest_report import report
from verification.backtesting import Asked, judge_range, share_of
from verification.models import BacktestRun
from verification.shards import IDS

PIECE_SECONDS = 5.0  # other tasks get their turn between
LOST = timedelta(minutes=2)  # no piece takes as long; its task, or the broker with it, is gone


def start(draft: StoredPolicy, *, by: User, at: datetime) -> BacktestRun:
    """Ask for a backtest of a stored policy against the one in force."""
    with transaction.atomic():
        run = BacktestRun.objects.create(
            draft=draft,
            in_force=StoredPolicy.objects.get(state=PolicyState.ACTIVE),
            asked_by=by,
            until=at,
            last=Account.objects.aggregate(last=Max("pk"))["last"] or 0,
            tally=Tally().as_json(),
            touched_at=at,
        )
        details = {"policy": draft.digest, "in_force": run.in_force.digest}
        audit.append(actor=f"user:{by.pk}", act="policy.backtest", subject=f"backtest:{run.pk}", details=details)
    return run


def go_on(run_pk: int, *, at: datetime) -> bool:
    """Judge the next accounts; whether there are more to come. A run that is finished or gone has none."""
    run = BacktestRun.objects.filter(pk=run_pk, finished_at=None).select_related("draft", "in_force").first()
    if run is None:
        return False
    asked = Asked(draft=run.draft.document, in_force=run.in_force.document, until=run.until)
    tally, share, done_to = Tally.from_json(run.tally), share_of(asked), run.done_to
    until = time.monotonic() + PIECE_SECONDS
    while done_to < run.last and (done_to == run.done_to or time.monotonic() < until):  # one range at least
        tally.merge(judge_range(share, (done_to + 1, min(done_to + IDS, run.last))))
        done_to = min(done_to + IDS, run.last)
    finished = done_to >= run.last
    kept = BacktestRun.objects.filter(pk=run.pk, done_to=run.done_to, finished_at=None).update(
        done_to=done_to,
        tally=tally.as_json(),
        touched_at=at,
        finished_at=at if finished else None,
        report=report(tally, asked) if finished else None,
    )
    return bool(kept) and not finished


def lost(*, at: datetime) -> list[int]:
    """Runs whose next piece does not come."""
    waiting = BacktestRun.objects.filter(finished_at=None, touched_at__lt=at - LOST)
    return list(waiting.values_list("pk", flat=True))
