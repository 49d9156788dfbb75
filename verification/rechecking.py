"""An account is looked at again: what was learnt of it may be so no more, and where it is not, it is decided anew.

What is as it was is noted and writes no assessment, so that looking at a million accounts leaves no million rows. An
answer that does not come takes nothing away and opens nothing: what was told last stays in force. And no look lets a
proof end for its age: that is told first and has its grace (verification.lapsing).
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from config.lib.crypto import DecryptionError
from risk import afresh, drifting, outside
from risk.facts import Facts, PhoneLineFacts
from risk.half_lives import Evidence
from risk.learnt import NOTHING, Learnt
from tiers.ladder import CheckKind
from tiers.models import Account
from verification import ageing, lapsing
from verification.ageing import Due
from verification.events import Happening, ProofLapsed
from verification.known import Known, facts_last, known
from verification.models import Proof, Signup
from verification.outside import Question, tell_others
from verification.recheck import Change, lock, redecide
from verification.states import Cause

log = logging.getLogger(__name__)
CHUNK = 100  # accounts read together
UNREADABLE = (msgspec.MsgspecError, ValueError, KeyError, TypeError, IndexError, AttributeError)
HERE = (Evidence.QUIET, Evidence.MAILBOX, Evidence.NETWORK, Evidence.DEVICE)  # what asks nobody outside
# A register of numbers is asked whether one went to somebody else within three months: what was proven before that was
# proven by the one who had it then.
REASSIGNED_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Looked:
    """How many rows were looked at, and how many accounts were decided again for it."""

    looked: int = 0
    decided: int = 0

    def plus(self, other: "Looked") -> "Looked":
        """Both together."""
        return Looked(self.looked + other.looked, self.decided + other.decided)


def look_again(account_pk: int, learnt: Learnt, *, at: datetime, change: Change | None = None) -> bool:
    """Decide an account again where what is known of it is other than it was decided on; whether it was.

    `change` is made where it is. A proof past its half-life is told of, or ends, before: never by this look.
    """
    if Proof.objects.filter(account=account_pk, lapsed_at=None, lapses_at__lte=at).exists():
        lapsing.lapse(account_pk, at)
    with transaction.atomic():
        locked = lock([account_pk])
        found = known([account for account, _ in locked], at=at, learnt=learnt).get(account_pk)
        if found is None or _as_it_was(found):
            return False
        redecide(account_pk, cause=Cause.RECHECK, at=at, change=change, learnt=learnt)
    return True


def _as_it_was(found: Known) -> bool:
    """Whether nothing is known that would be judged otherwise: neither moments nor what was told first is."""
    last, now = found.last, found.now
    same_ring = last.ring is not None and now.ring is not None and last.ring.standing == now.ring.standing
    return last == replace(
        now,
        at=last.at,
        standing=last.standing,
        earlier=last.earlier,
        earned_days=last.earned_days,
        ring=last.ring if same_ring else now.ring,
    )


# --- what asks nobody outside -------------------------------------------------------------------------------------


def look_due(at: datetime, *, seconds: float) -> Looked:
    """Look at what is due and asks nobody outside, for so many seconds; the next run goes on."""
    until, done = time.monotonic() + seconds, Looked()
    afresh.take_up_networks()  # the news of a list is in its file, which this process may not have taken up yet
    for evidence in HERE:
        while time.monotonic() < until and (rows := ageing.due(evidence, at, most=CHUNK)):
            done = done.plus(look_at(rows, at=at))
    return done


def look_at(rows: Sequence[Due], *, at: datetime) -> Looked:
    """Look at rows of one kind of evidence. An account that cannot be read stops nobody else."""
    facts, evidence = _facts([row.account_pk for row in rows]), rows[0].evidence
    others = afresh.others_since(facts) if evidence is Evidence.DEVICE else {}
    drifted = drifting.drifted_since(facts) if evidence is Evidence.DEVICE else {}
    addresses = _addresses(list(facts), at) if evidence is Evidence.NETWORK else {}
    decided = 0
    for row in rows:
        if (last := facts.get(row.account_pk)) is None:
            continue
        seen = _Seen(others.get(row.account_pk, 0), drifted.get(row.account_pk, ()), addresses.get(row.account_pk))
        learnt = _learnt(evidence, last, seen)
        if row.asked or learnt.onto(last) != last:
            decided += _look_again(row, learnt, at=at)
    _note(rows, at)
    return Looked(len(rows), decided)


def _look_again(row: Due, learnt: Learnt, *, at: datetime, change: Change | None = None) -> bool:
    try:
        return look_again(row.account_pk, learnt, at=at, change=change)
    except UNREADABLE:
        log.exception("An account could not be decided again.", extra={"account": row.account_pk})
        return False


def _facts(subjects: Sequence[int]) -> dict[int, Facts]:
    try:
        return facts_last(subjects)
    except UNREADABLE:
        if len(subjects) == 1:
            log.exception("An account could not be looked at again.", extra={"account": subjects[0]})
            return {}
    return {pk: facts for one in subjects for pk, facts in _facts([one]).items()}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is looked up for many accounts together: who came with the device since, what of it is otherwise, and where.

    `address` is the one that was sent.
    """

    others: int
    drifted: tuple[str, ...]
    address: str | None


def _learnt(evidence: Evidence, facts: Facts, seen: _Seen) -> Learnt:
    if evidence is Evidence.DEVICE:
        return afresh.device_afresh(facts, seen.others, seen.drifted)
    if evidence is Evidence.MAILBOX:
        return afresh.mailbox_afresh(facts)
    if evidence is Evidence.NETWORK:
        return afresh.network_afresh(facts, seen.address)
    return Learnt(parts={"woke_after_days": None})


def _addresses(subjects: Sequence[int], at: datetime) -> Mapping[int, str | None]:
    """The addresses that signups came from, while they say anything of them; none where the key is lost."""
    signups = Signup.objects.filter(account__in=subjects, created_at__gt=_tells_since(at)).only("account", "person")
    try:
        return {signup.account_id: signup.person.get("ip") for signup in signups}
    except DecryptionError:
        if len(subjects) == 1:
            return {}
    return {pk: address for one in subjects for pk, address in _addresses([one], at).items()}


def _note(rows: Sequence[Due], at: datetime) -> None:
    evidence = rows[0].evidence
    if evidence is Evidence.QUIET:
        ageing.asleep(rows)
    elif evidence is Evidence.MAILBOX:
        ageing.let_go(rows)  # the lists change with the software, and tell of it themselves
    elif evidence is Evidence.NETWORK:
        young = Account.objects.filter(pk__in=[row.account_pk for row in rows], created_at__gt=_tells_since(at))
        yet = set(young.values_list("pk", flat=True))
        ageing.looked([row for row in rows if row.account_pk in yet], at=at)
        ageing.let_go([row for row in rows if row.account_pk not in yet])
    else:
        ageing.looked(rows, at=at)


def _tells_since(at: datetime) -> datetime:
    return at - afresh.ADDRESS_TELLS


# --- what outside parties are asked -------------------------------------------------------------------------------


def stored(asked: Question, *, at: datetime) -> Any:
    """What a party answered lately of this value, for whomever it was asked; None when nothing."""
    within = ageing.half_life(Evidence(asked.lookup)).good / 2
    (answers,) = outside.answers([{asked.lookup: asked.value}], at=at, within=within)
    return answers.get(asked.lookup)


def answered(row: Due, asked: Question, answer: Any, *, at: datetime) -> bool:
    """A party has answered again: the account is decided anew where that changes anything, and others hear of it."""
    outside_news = outside.remember(asked.lookup, asked.value, answer=answer, at=at)
    decided = known_again(row, asked, answer, at=at)
    if outside_news:
        tell_others(asked, at=at)
    return decided


def known_again(row: Due, asked: Question, answer: Any, *, at: datetime) -> bool:
    """Look at an account by an answer that is there; whether it was decided again."""
    last = _facts([row.account_pk]).get(row.account_pk)
    learnt = NOTHING if last is None else afresh.asked_again(last, asked.lookup, answer)
    decided = last is not None and _look_again(row, learnt, at=at, change=_ending(last, learnt, at))
    ageing.looked([row], at=at)
    return decided


def _ending(last: Facts, learnt: Learnt, at: datetime) -> Change | None:
    """A number that is somebody else's now proves its account no more: that is news of the number, and no ageing."""
    now, line = learnt.parts.get("phone_line"), last.phone_line
    if not isinstance(now, PhoneLineFacts) or not now.reassigned or line is None or line.reassigned is not False:
        return None

    def change(account: Account) -> list[Happening]:
        before = {"passed_at__lt": at - REASSIGNED_WITHIN}
        ended = account.proofs.filter(kind=CheckKind.PHONE, lapsed_at=None, **before).update(lapsed_at=at)
        return [ProofLapsed(account.account_id, CheckKind.PHONE)] * bool(ended)

    return change
