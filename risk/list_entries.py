"""Live entries of lists: added and removed without another policy, never edited, each act in the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from config.lib import audit
from config.lib.peppers import spelling
from risk.list_values import SEALED_KINDS, masked, sealed, stored_form
from risk.lists import ListKind, PolicyList, sealed_form, text
from risk.lookups.listed import look_soon
from risk.models import Identifier, ListEntry
from risk.policies.store import in_force
from risk.policyerror import PolicyError
from risk.spelling import SETTLED

LOCK = 0x6C697374  # "list": one number among the database's advisory locks
BATCH_MOST = 10_000


class EntryRefused(ValueError):
    """The entry cannot be added or removed; the message says why, never the value. `number` is its place, from 1."""

    def __init__(self, why: str, *, number: int | None = None) -> None:
        super().__init__(why if number is None else f"entry {number}: {why}")
        self.why, self.number = why, number


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry as somebody writes it. In place of `value` it can have it `sealed`, as an export does, with its mask."""

    list: str
    value: object
    reason: str
    expires: datetime | None = None
    since: datetime | None = None
    sealed: str | None = None
    shown: str = ""


def add(wanted: Iterable[Wanted], *, author: str) -> list[ListEntry]:
    """Put values on lists that a policy in force declares: all of them or none.

    Without `since` an entry holds from now on, so that history taken in later is judged as of its own time.

    Raises:
        EntryRefused: the list is unknown, or something is not of its form; the message counts the entries from 1.

    """
    now = timezone.now()
    lines = list(wanted)
    if len(lines) > BATCH_MOST:
        raise EntryRefused(f"at most {BATCH_MOST} entries at once")
    known = declared()
    entries = [_entry(line, number, known=known, now=now) for number, line in enumerate(lines, 1)]
    return _keep(entries, author=author)


def faults(wanted: Iterable[Wanted], *, most: int) -> list[EntryRefused]:
    """Why these could not be added, each with its number from 1; the first `most`. Nothing is added."""
    now, known = timezone.now(), declared()
    found: list[EntryRefused] = []
    for number, line in enumerate(wanted, 1):
        try:
            _entry(line, number, known=known, now=now)
        except EntryRefused as refused:
            found.append(refused)
            if len(found) == most:
                break
    return found


def add_of_account(wanted: Wanted, *, subject: int, author: str) -> list[ListEntry]:
    """Put what an account showed on a list: its mailbox, phone, device, card or address. `value` is not looked at.

    Raises:
        EntryRefused: the list is unknown, not of such values, or the account showed none.

    """
    one = _list_of(wanted.list, declared())
    if one.of not in SEALED_KINDS:
        raise EntryRefused(f"{one.name} is of {one.of}; name the value itself")
    kind = SEALED_KINDS[one.of]
    # As it is spelt now: while keys are rotated it stands there in another way too, but for devices.
    spelt = {} if kind in SETTLED else {"spelling": spelling().now}
    shown = Identifier.objects.filter(subject=subject, kind=kind, **spelt).values_list("value", flat=True)
    values = sorted(set(shown))
    if not values:
        raise EntryRefused(f"the account showed nothing that a list of {one.of} could hold")
    now = timezone.now()
    made = [_made(wanted, one, form=sealed(kind, value), shown=f"of account {subject}", now=now) for value in values]
    return _keep(made, author=author)


def remove(entry_pk: int, *, reason: str, author: str) -> ListEntry:
    """Take an entry out of force from now on; it stays on record.

    Raises:
        EntryRefused: there is none of the number in force, or no reason is given.

    """
    why = _text(reason, "reason")
    with transaction.atomic():
        _take_turn()
        entry = ListEntry.objects.filter(pk=entry_pk, removed_at=None).first()
        if entry is None:
            raise EntryRefused(f"no entry {entry_pk} is in force")
        entry.removed_at, entry.removed_by, entry.removed_because = timezone.now(), author, why
        entry.save(update_fields=["removed_at", "removed_by", "removed_because"])
        details = {"list": entry.list}
        audit.append(actor=author, act="list_entry.remove", subject=f"list_entry:{entry.pk}", details=details)
    look_soon()
    return entry


def declared() -> dict[str, PolicyList]:
    """The lists that live entries can be added to: those of the policy in force, then of those in shadow."""
    judging = in_force()
    versions = (*reversed(judging.shadows), judging.active)
    return {one.name: one for version in versions for one in version.policy.lists}


def _keep(entries: list[ListEntry], *, author: str) -> list[ListEntry]:
    for entry in entries:
        entry.author = _text(author, "author")
    with transaction.atomic():
        _take_turn()
        ListEntry.objects.bulk_create(entries)
        for name in sorted({entry.list for entry in entries}):
            numbers = [entry.pk for entry in entries if entry.list == name]
            audit.append(actor=author, act="list_entry.add", subject=f"list:{name}", details={"entries": numbers})
    look_soon()
    return entries


def _take_turn() -> None:
    """One writer at a time, to the end of its transaction: numbers and removals come to light in their order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _entry(line: Wanted, number: int, *, known: dict[str, PolicyList], now: datetime) -> ListEntry:
    try:
        one = _list_of(line.list, known)
        return _made(line, one, form=_form(line, one.of), shown=_shown(line, one.of), now=now)
    except EntryRefused as refused:
        raise EntryRefused(refused.why, number=number) from None
    except ValueError as error:
        raise EntryRefused(str(error), number=number) from None


def _form(line: Wanted, kind: ListKind) -> str:
    if line.sealed is None:
        return stored_form(kind, line.value)
    if line.value is not None:
        raise EntryRefused("value and sealed: one of the two")
    return sealed_form(line.sealed, kind, "entry")


def _shown(line: Wanted, kind: ListKind) -> str:
    if line.sealed is None:
        return masked(kind, line.value)
    return _text(line.shown, "shown")[:100] if line.shown else "sealed"


def _list_of(name: str, known: dict[str, PolicyList]) -> PolicyList:
    if name not in known:
        names = ", ".join(sorted(known)) or "none"
        raise EntryRefused(f"no list of this name; the policy in force declares: {names}")
    return known[name]


def _made(line: Wanted, one: PolicyList, *, form: str, shown: str, now: datetime) -> ListEntry:
    since = line.since or now
    if line.expires is not None and line.expires <= max(since, now):
        raise EntryRefused("expires: it would have expired already")
    return ListEntry(
        list=one.name,
        kind=ListKind(one.of),
        value=form,
        shown=shown,
        reason=_text(line.reason, "reason"),
        created_at=now,
        since=since,
        expires_at=line.expires,
    )


def _text(given: object, place: str) -> str:
    try:
        return text(given, place)
    except PolicyError as error:
        raise EntryRefused(str(error)) from None
