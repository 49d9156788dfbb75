"""A policy reaches accounts of before: in short pieces, each going on where one ended.

Who would stand as they stand, tier and outcome, is left as decided; the others are decided again, or everybody, where
that was asked for. A chunk moves the run on and decides in one transaction, so that nobody is decided twice and a run
can be stopped anywhere; memory does not grow with the accounts. It ends where another policy is put in force: that one
judges from then on.
"""

import logging
import time
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import connection, transaction
from django.db.models import F, Max

from config.lib import audit
from risk.facts import Facts
from risk.models import PolicyActivation, PolicyState, StoredPolicy
from risk.policies.store import in_force
from tiers.models import Account
from verification.decide import Matter, decide, foretell
from verification.known import known
from verification.recheck import lock
from verification.recheck_models import PolicyRun
from verification.states import Cause

log = logging.getLogger(__name__)
CHUNK = 250  # accounts to a transaction, in which nothing else can decide those of them that move: a fifth of a second
PIECE_SECONDS = 5.0  # other tasks get their turn between
LOST = timedelta(seconds=30)  # no piece takes as long; its task, or the broker with it, is gone, or waits its turn
UNREADABLE = (msgspec.MsgspecError, ValueError, KeyError, TypeError, IndexError, AttributeError)


def start(policy: StoredPolicy, *, by: str, at: datetime, why: str = "", everybody: bool = False) -> PolicyRun:
    """Have accounts of before decided by the policy that is in force. Any run of another ends.

    `by` is who wants it and `why` what for, as in the audit log.
    """
    with transaction.atomic():
        cancel_others(policy, at=at)
        run = PolicyRun.objects.create(
            policy=policy,
            asked_by=by,
            asked_at=at,
            why=why[:150],
            everybody=everybody,
            last=Account.objects.aggregate(last=Max("pk"))["last"] or 0,
            touched_at=at,
        )
        audit.append(actor=by, act="policy.run", subject=f"policy:{policy.digest}", details={"run": run.pk, "why": why})
    return run


def of(policy: StoredPolicy) -> PolicyRun | None:
    """The run of a policy that began when it was put in force last; None where it judges from then on only."""
    since = PolicyActivation.objects.filter(policy=policy).order_by("-pk").values_list("at", flat=True).first()
    return PolicyRun.objects.filter(policy=policy, asked_at__gte=since).order_by("-pk").first() if since else None


def cancel_others(policy: StoredPolicy, *, at: datetime) -> int:
    """End the runs of other policies: they are in force no more."""
    why = f"{policy.name} {policy.digest[:12]} was put in force"
    going = PolicyRun.objects.filter(finished_at=None, cancelled_at=None).exclude(policy=policy)
    return going.update(cancelled_at=at, why_cancelled=why[:150])


def cancel(run: PolicyRun, *, by: str, at: datetime) -> bool:
    """End a run: who was decided stays so, the others stay as they were. False where it goes on no more."""
    with transaction.atomic():
        going = PolicyRun.objects.filter(pk=run.pk, finished_at=None, cancelled_at=None)
        cancelled = bool(going.update(cancelled_at=at, why_cancelled=f"by {by}"[:150]))
        if cancelled:
            subject = f"policy:{run.policy.digest}"
            audit.append(actor=by, act="policy.run_cancel", subject=subject, details={"run": run.pk})
    return cancelled


def go_on(run_pk: int, *, at: datetime, seconds: float = PIECE_SECONDS) -> bool:
    """Decide the next accounts; whether there are more to come. A piece that runs twice decides nobody twice."""
    until, first = time.monotonic() + seconds, True
    while first or time.monotonic() < until:
        first = False
        run = PolicyRun.objects.filter(pk=run_pk, finished_at=None, cancelled_at=None).select_related("policy").first()
        if run is None:
            return False
        active = StoredPolicy.objects.get(state=PolicyState.ACTIVE)
        if active.pk != run.policy_id:
            cancel_others(active, at=at)
            return False
        if in_force().active.policy.digest != active.digest:
            return True  # this process has not taken it up yet
        if not _piece(run, at):
            return False
    return True


def _piece(run: PolicyRun, at: datetime) -> bool:
    waiting = Account.objects.filter(pk__gt=run.done_to, pk__lte=run.last).order_by("pk")
    chunk = list(waiting.values_list("pk", flat=True)[:CHUNK])
    more = len(chunk) == CHUNK
    with transaction.atomic():
        here = PolicyRun.objects.filter(pk=run.pk, done_to=run.done_to, finished_at=None, cancelled_at=None)
        moved = {"done_to": chunk[-1] if more else run.last, "touched_at": at, "finished_at": None if more else at}
        if not here.update(**moved):
            return True  # another has it
        _commit_soon()
        decided, unreadable = _decide(chunk, at, everybody=run.everybody)
        PolicyRun.objects.filter(pk=run.pk).update(
            looked=F("looked") + len(chunk), decided=F("decided") + decided, unreadable=F("unreadable") + unreadable
        )
    return more


def _commit_soon() -> None:
    """Nobody waits for this transaction's log to reach the disk, its own next piece least of all.

    A crash of PostgreSQL can take the last ones back whole: how far the run has come goes with who was decided.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _decide(chunk: Sequence[int], at: datetime, *, everybody: bool) -> tuple[int, int]:
    """How many were decided again and how many cannot be read; one of these stops nobody else."""
    if not chunk:
        return 0, 0
    try:
        return _decide_all(chunk, at, everybody=everybody), 0
    except UNREADABLE:
        if len(chunk) == 1:
            log.exception("An account could not be decided again.", extra={"account": chunk[0]})
            return 0, 1
    each = [_decide([pk], at, everybody=everybody) for pk in chunk]
    return sum(decided for decided, _ in each), sum(unreadable for _, unreadable in each)


def _decide_all(chunk: Collection[int], at: datetime, *, everybody: bool) -> int:
    """Who would move is found without locking anybody, which would write to every row, and is looked at again then."""
    wanted = chunk if everybody else _moving(Account.objects.filter(pk__in=chunk), at)
    if not wanted:
        return 0
    with transaction.atomic():
        locked = lock(wanted)
        found = known([account for account, _ in locked], at=at)
        matters = [
            Matter(account, signup, found[account.pk].now)
            for account, signup in locked
            if account.pk in found and (everybody or _moves(account, found[account.pk].now))
        ]
        return len(decide(matters, cause=Cause.POLICY)) if matters else 0


def _moving(accounts: Iterable[Account], at: datetime) -> list[int]:
    accounts = list(accounts)
    found = known(accounts, at=at)
    return [account.pk for account in accounts if account.pk in found and _moves(account, found[account.pk].now)]


def _moves(account: Account, facts: Facts) -> bool:
    return foretell(facts, account, Cause.POLICY) != (account.tier, account.outcome)


def lost(*, at: datetime) -> list[int]:
    """Runs whose next piece does not come."""
    going = PolicyRun.objects.filter(finished_at=None, cancelled_at=None, touched_at__lt=at - LOST)
    return list(going.values_list("pk", flat=True))
