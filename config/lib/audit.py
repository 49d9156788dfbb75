"""The audit log: who did what to whom, append-only, each entry chained to the one before by its digest.

`append` writes in the caller's transaction, so that what is done and its entry stand or fall together. Writers take
turns from their append to the end of their transaction: append late. Entries hold ids, never personal data: they stay.

What `verify` finds, and what not. Whoever changes, removes or slips in an entry breaks the chain; whoever makes the
chain anew or cuts off its end cannot sign the head, for the key (GATEHOUSE_PEPPER) is not in the database. Whoever puts
an old signed head back with the old end is found only by a witness: each append logs `audit_appended` with the head,
and verify_audit prints it; keep one of them elsewhere and hand it to the next verify. Whoever has the pepper as well
as the database can write another history, and only a witness tells.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

import structlog
from django.db import connection, transaction
from django.utils import timezone

from config.lib.crypto import SignatureError, sign, unsign
from config.lib.models import AuditEntry, AuditHead

log = structlog.get_logger(__name__)

LOCK: Final = 0x61756469  # "audi": one number among the database's advisory locks
PURPOSE: Final = "audit head"
GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends: the number and the digest of its last entry."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """A head in its text form. Raises ValueError."""
        seq, _, digest = text.partition(":")
        return cls(int(seq), digest)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that an untouched log never shows."""

    seq: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.seq}: {self.what}"


START: Final = Head(0, GENESIS)


def append(*, actor: str, act: str, subject: str, details: Mapping[str, Any]) -> AuditEntry:
    """Add an entry, in the transaction that runs or else one of its own.

    `actor` is who did it, as `user:7`, `key:3fj2k9c0wq1z` or `command`; `act` what, as `policy.publish`; `subject` to
    whom. Raises ValueError where `details` is not JSON, and SignatureError where the head is not ours: nothing is done
    unwatched.
    """
    with transaction.atomic(savepoint=False):
        _take_turn()
        head = _stored_head() or START
        entry = AuditEntry(
            seq=head.seq + 1,
            at=timezone.now(),
            actor=actor,
            act=act,
            subject=subject,
            details_json=_canonical(dict(details)),
            previous=head.digest,
        )
        entry.digest = digest_of(entry)
        entry.save(force_insert=True)
        written = Head(entry.seq, entry.digest)
        _store_head(written)
    log.info("audit_appended", head=str(written), act=act)
    return entry


def verify(witness: Head | None = None) -> list[Fault]:
    """Every fault of the log, the first first; none of an untouched log. Reads entry by entry, in any size.

    May run while others append: the head is read before and after, and the entries between are as good.
    """
    try:
        before = _stored_head() or START
    except SignatureError:
        return [Fault(0, "the head of the log is not signed by this installation")]
    faults: list[Fault] = []
    expected = [head for head in (before, witness) if head is not None and head != START]
    last = START
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=2000):
        faults += _faults_of(entry, last)
        faults += [
            Fault(entry.seq, "is not the entry that was witnessed")
            for head in expected
            if head.seq == entry.seq and head.digest != entry.digest
        ]
        last = Head(entry.seq, entry.digest)
    return faults + list(_faults_of_end(last, expected))


def head() -> Head:
    """Where the log ends by its signed head. Raises SignatureError where that is not ours."""
    return _stored_head() or START


def digest_of(entry: AuditEntry) -> str:
    """SHA-256 over all that the entry says, in one spelling, and the digest of the one before."""
    said = [
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.act,
        entry.subject,
        entry.details_json,
        entry.previous,
    ]
    return hashlib.sha256(_canonical(said).encode("ascii")).hexdigest()


def _faults_of(entry: AuditEntry, last: Head) -> Iterator[Fault]:
    if entry.seq != last.seq + 1:
        yield Fault(last.seq + 1, f"is missing; {entry.seq} follows {last.seq}")
    if entry.previous != last.digest:
        yield Fault(entry.seq, "is not chained to the entry before it")
    if entry.digest != digest_of(entry):
        yield Fault(entry.seq, "was changed")


def _faults_of_end(last: Head, expected: list[Head]) -> Iterator[Fault]:
    for known in expected:
        if known.seq > last.seq:
            yield Fault(last.seq + 1, f"and all after it are missing; there were {known.seq}")
    try:
        after = _stored_head() or START
    except SignatureError:
        yield Fault(0, "the head of the log is not signed by this installation")
        return
    if after.seq < last.seq:
        yield Fault(after.seq + 1, "stands after the signed end of the log")


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _stored_head() -> Head | None:
    row = AuditHead.objects.filter(id=1).first()
    if row is None:
        return None
    return Head.parse(unsign(PURPOSE, row.token).decode("ascii"))


def _store_head(head: Head) -> None:
    row = AuditHead(id=1, token=sign(PURPOSE, str(head).encode("ascii")))
    AuditHead.objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=["token"])


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
