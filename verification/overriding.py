"""A tier is set by hand for a time, up or down, with a note that says why; and ends by itself or by hand.

It counts whatever proofs and score say, but for one thing: it lifts nobody out of `deny`. Risk that is confirmed (an
analyst's word, a confirmed ring, a list, a score past the policy's line) comes first while it stands; a tier that was
set lower than what is left then still counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.lib import audit
from tiers.models import Account, Override
from tiers.standing import ladder
from verification.decide import Decision
from verification.events import Happening, OverrideEnded, TierOverridden
from verification.recheck import redecide
from verification.states import Cause

LONGEST = timedelta(days=366)  # what is meant for longer is meant for the policy
KEY = "key:"  # how the audit log names API keys


class OverrideRefused(ValueError):
    """The tier cannot be set so; the message says why."""


class NothingSet(OverrideRefused):
    """No tier is set by hand."""


class AppealWaits(OverrideRefused):
    """The account's appeal is for a person to answer who has not decided before, and nobody knows who has a key."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for. `by` is who, as the audit log names people and keys."""

    tier: str
    until: datetime
    note: str
    by: str


def set_tier(account_pk: int, order: Order, *, at: datetime) -> Decision:
    """Set an account's tier until a moment, in place of one that was set before, and decide anew.

    Raises:
        OverrideRefused: there is no note or no such tier, or the time is over, or too long.
        AppealWaits: a key asks, and an appeal of the account is open.
        Account.DoesNotExist: there is no such account.

    """
    _refuse(order, at)

    def change(account: Account) -> list[Happening]:
        _leave_to_people(account, order.by)
        _end(account, at=at, by=order.by, note="another was set")
        made = Override.objects.create(
            account=account, tier=order.tier, at=at, until=order.until, by=order.by, note=order.note
        )
        _audit("account.override", made, order.by)
        return [TierOverridden(account.account_id, order.tier, order.until.isoformat())]

    return redecide(account_pk, cause=Cause.OVERRIDE, at=at, change=change)


def lift(account_pk: int, *, by: str, note: str, at: datetime) -> Decision:
    """End what was set before its time, so that proofs and score speak again.

    Raises:
        NothingSet: nothing is set.
        OverrideRefused: there is no note.
        AppealWaits: a key asks, and an appeal of the account is open.

    """
    if not note.strip():
        raise OverrideRefused("Say why in a note: it is kept with the tier that was set.")

    def change(account: Account) -> list[Happening]:
        _leave_to_people(account, by)
        ended = _end(account, at=at, by=by, note=note)
        if ended is None:
            raise NothingSet("No tier is set by hand.")
        _audit("account.override_lift", ended, by)
        return [OverrideEnded(account.account_id, ended.tier, by_hand=True)]

    return redecide(account_pk, cause=Cause.OVERRIDE_END, at=at, change=change)


def end_due(at: datetime) -> list[Decision]:
    """End every tier set by hand whose time is over, and decide its account anew."""
    due = Override.objects.filter(ended_at=None, until__lte=at).order_by("until", "pk")
    return [
        redecide(account, cause=Cause.OVERRIDE_END, at=at, change=lambda account: _time_over(account, at))
        for account in list(due.values_list("account_id", flat=True))
    ]


def _refuse(order: Order, at: datetime) -> None:
    if not order.note.strip():
        raise OverrideRefused("Say why in a note: it is kept with the tier that was set.")
    if ladder().place_of(order.tier) is None:
        raise OverrideRefused(f"The ladder has no tier {order.tier!r}.")
    if not at < order.until <= at + LONGEST:
        raise OverrideRefused(f"The time has to end after now, and within {LONGEST.days} days.")


def _leave_to_people(account: Account, by: str) -> None:
    """What the console holds against somebody who decided before would be walked around by their key."""
    if by.startswith(KEY) and account.appeals.filter(answered_at=None).exists():
        raise AppealWaits("An appeal of this account is open, and answered by a person.")


def _time_over(account: Account, at: datetime) -> list[Happening]:
    if not account.overrides.filter(ended_at=None, until__lte=at).exists():
        return []  # another was set in its place meanwhile
    ended = _end(account, at=at, by="", note="")
    return [OverrideEnded(account.account_id, ended.tier, by_hand=False)] if ended is not None else []


def _end(account: Account, *, at: datetime, by: str, note: str) -> Override | None:
    standing = account.overrides.filter(ended_at=None).first()
    if standing is not None:
        standing.ended_at, standing.ended_by, standing.ended_note = at, by, note
        standing.save(update_fields=["ended_at", "ended_by", "ended_note"])
    return standing


def _audit(act: str, override: Override, by: str) -> None:
    """The log keeps ids; the note stands with the override, where it can be erased with the person."""
    subject = f"account:{override.account_id}"
    audit.append(actor=by, act=act, subject=subject, details={"override": override.pk, "tier": override.tier})
