"""A person asks to be erased: every table, the copies in Valkey, what waits to be sent and what was sent.

What stays: the audit log, which names the account by the caller's own id and nothing of the person, and says this too;
counts that hold nobody (tallies by day, what browsers look like); and, where the person was held, tombstones for a time
(risk.tombstones). What an outside party or a webhook's receiver has got is theirs to erase: the event `account.erased`
tells receivers. Backups go by their own age (docs/privacy/record-of-processing.md).
"""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import F, Model

from config.lib import audit
from config.lib.crypto import DecryptionError
from config.lib.models import IdempotentAnswer
from config.lib.peppers import every
from config.lib.valkey import ValkeyAway
from risk import counters, outside
from risk.devices import user_of
from risk.identifiers import hashed
from risk.kinds import IdentifierKind
from risk.lookups.phone import e164
from risk.lookups.velocity import declared
from risk.models import (
    Assessment,
    Device,
    DeviceChange,
    Identifier,
    Label,
    Ring,
    RingMember,
    Sighting,
    Trace,
    UncountedDevice,
)
from risk.outcome import Outcome
from risk.policies.store import active
from risk.rings import keeping
from risk.tombstones import leave
from risk.usage.partitions import TABLE as USAGE
from tiers.erasing import erasing
from tiers.ledger import forget as forget_budget
from tiers.models import Account
from tiers.shared import forget as forget_reading
from verification import outbox, reported
from verification.events import AccountErased
from verification.friction_models import FrictionAbuse
from verification.models import BacktestRun, Callback, Check, InboxMessage, Signup
from verification.sharing_models import PartnerMatch

log = logging.getLogger(__name__)
HELD = frozenset({Outcome.REVIEW, Outcome.DENY})
OF_SUBJECTS: tuple[type[Model], ...] = (Assessment, Identifier, Label, Trace, RingMember, FrictionAbuse, PartnerMatch)
USAGE_SQL = f"DELETE FROM {USAGE} WHERE subject = %s"  # noqa: S608 - a name of our own


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: rows by table, how many tombstones were left, and until when they stand."""

    rows: dict[str, int]
    tombstones: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class _Person:
    """What is needed of somebody to find what is to go, read before it does."""

    account: Account
    signup: Signup | None
    contacts: frozenset[str]
    phone: str | None
    shown: tuple[tuple[int, int], ...]  # kinds and values
    references: frozenset[str]  # of sessions at outside parties
    elsewhere: dict[type[Model], list[Any]] = field(default_factory=dict)


def erase(account: Account, *, by: str, why: str, at: datetime) -> Erased:
    """Erase an account and all that is known of its person, at once or not at all. `by` as the audit log has it."""
    elsewhere = _elsewhere(_person(account))
    with erasing():
        account = Account.objects.select_for_update().get(pk=account.pk)
        person = replace(_person(account), elsewhere=elsewhere)
        until = at + active().policy.retention.tombstones if _was_held(account) else None
        left = leave(account.pk, stood=account.outcome, at=at, until=until) if until else 0
        rows = dict(_delete(person))
        outbox.write([(None, AccountErased(account.account_id, test=account.test))], at=at)
        told = {"why": why, "rows": sum(rows.values()), "tombstones": left}
        audit.append(actor=by, act="person.erase", subject=f"account:{account.account_id}", details=told)
        transaction.on_commit(lambda: _forget_copies(person))
    return Erased(rows, left, until if left else None)


def _was_held(account: Account) -> bool:
    """Whether it was held, by itself or with its ring, or reported against: a ban that erasing must not lift."""
    against = any(report.kind in reported.AGAINST for report in reported.of_account(account))
    return account.outcome in HELD or account.held or account.budget.startswith("ring:") or against


def _person(account: Account) -> _Person:
    signup = Signup.objects.filter(account=account).first()
    sent = _sent(signup)
    checks = Check.objects.filter(signup=signup).exclude(reference="")
    return _Person(
        account=account,
        signup=signup,
        contacts=frozenset(str(sent[name]) for name in ("email", "phone") if sent.get(name)),
        phone=e164(sent.get("phone")),
        shown=tuple(Identifier.objects.filter(subject=account.pk).values_list("kind", "value")),
        references=frozenset(checks.values_list("reference", flat=True)),
    )


def _sent(signup: Signup | None) -> dict[str, str]:
    """What was sent; nothing where no key opens it any more."""
    try:
        return dict(signup.person) if signup is not None else {}
    except DecryptionError:
        return {}


def _delete(person: _Person) -> Iterator[tuple[str, int]]:
    subject, account_id = person.account.pk, person.account.account_id
    yield "devices", _devices(person)
    with connection.cursor() as cursor:
        cursor.execute(USAGE_SQL, [subject])
        yield "usage windows", cursor.rowcount
    Ring.objects.filter(members__subject=subject, members__left_at=None).update(size=F("size") - 1)
    for model in OF_SUBJECTS:
        yield model.__name__, model._default_manager.filter(subject=subject).delete()[0]  # noqa: SLF001 - documented by Django
    yield "sightings", Sighting.objects.filter(used_by=user_of(account_id)).delete()[0]
    for model, keys in person.elsewhere.items():
        yield model.__name__, model._default_manager.filter(pk__in=keys).delete()[0]  # noqa: SLF001 - as above
    yield "lookups", _lookups(person)
    yield "backtests", _backtests(account_id)
    yield "account", person.account.delete()[0]  # with signup, checks, proofs, reviews, cases, events and deliveries


def _devices(person: _Person) -> int:
    """The devices that nobody else came with."""
    own = {value for kind, value in person.shown if kind == IdentifierKind.DEVICE}
    same = Identifier.objects.filter(kind=IdentifierKind.DEVICE, value__in=own).exclude(subject=person.account.pk)
    gone = Device.objects.filter(value__in=own - set(same.values_list("value", flat=True)))
    UncountedDevice.objects.filter(pk__in=gone.values("pk")).delete()
    DeviceChange.objects.filter(device__in=gone.values("value")).delete()
    return gone.delete()[0]


def _lookups(person: _Person) -> int:
    """What an outside party answered of the phone, where nobody else shows it."""
    if person.phone is None:
        return 0
    others = Identifier.objects.filter(
        kind=IdentifierKind.PHONE, value__in=every(hashed(IdentifierKind.PHONE, person.phone))
    )
    if others.exclude(subject=person.account.pk).exists():
        return 0
    return outside.forget("phone_line", person.phone)


def _backtests(account_id: str) -> int:
    """Reports of backtests name accounts as examples."""
    named = BacktestRun.objects.filter(report__examples__icontains=json.dumps(account_id))
    for run in named.select_for_update():
        run.report = _without(run.report, account_id)
        run.save(update_fields=["report"])
    return len(named)


def _without(report: Any, account_id: str) -> Any:
    if isinstance(report, dict):
        return {name: None if value == account_id else _without(value, account_id) for name, value in report.items()}
    return [_without(each, account_id) for each in report] if isinstance(report, list) else report


def _elsewhere(person: _Person) -> dict[type[Model], list[Any]]:
    """Rows that say whom they are of under encryption only. Read before the transaction: they stay for days."""
    named = json.dumps(person.account.account_id)
    return {
        InboxMessage: _opened(InboxMessage, lambda row: row.message.get("to") in person.contacts),
        Callback: _opened(Callback, lambda row: row.body.get("reference") in person.references),
        IdempotentAnswer: _opened(IdempotentAnswer, lambda row: named in (row.body or "")),
    }


def _opened(model: type[Model], is_of: Callable[[Any], bool]) -> list[Any]:
    found = []
    for key in model._default_manager.values_list("pk", flat=True).iterator():  # noqa: SLF001 - documented by Django
        try:
            row = model._default_manager.get(pk=key)  # noqa: SLF001 - as above
        except (DecryptionError, ObjectDoesNotExist):
            continue
        if is_of(row):
            found.append(key)
    return found


def _forget_copies(person: _Person) -> None:
    """What Valkey and the census of rings have. With Valkey away it expires there by itself."""
    account = person.account
    counters.forget(account.account_id, person.shown, velocities=declared())
    keeping.forget()
    try:
        forget_reading(account.account_id, test=account.test)
        forget_budget(f"account:{account.account_id}")
    except ValkeyAway:
        log.warning("Valkey is away: its copies of somebody who was erased expire by themselves.")
