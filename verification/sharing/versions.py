"""What a partner can read, kept in step with our rings: what is new is added, what changed gets another version.

What is told no more is revoked: its ring is confirmed no longer, its account left, was found honest or was erased. Of a
revoked object nothing stays but its id, and after KEPT not even that.
"""

import json
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from stix2.exceptions import STIXError

from config.lib.peppers import is_turning
from verification.sharing import ring_objects
from verification.sharing.ring_objects import Draft
from verification.sharing.shareable import rings_now, rings_to_tell
from verification.sharing_models import Partner, SharedObject

OBJECTS_MOST: Final = 100_000  # of a partner
KEPT: Final = timedelta(days=180)  # revoked objects: a partner that reads twice a year misses none
LOCK: Final = 0x74656C6C << 32  # "tell", before the partner's number
TICK: Final = timedelta(microseconds=1)
WRITTEN_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many objects are new, have another version and were revoked; and how many did not fit in OBJECTS_MOST."""

    new: int = 0
    changed: int = 0
    revoked: int = 0
    left_out: int = 0


def refresh(partner: Partner, *, at: datetime, whole: bool = True) -> Refreshed:
    """Bring what a partner can read up to date. Writers take turns, so that what is added later has a later moment.

    Not `whole`, it looks at rings that have changed alone; what a stranger came to show, or has expired, it leaves to
    a look at all. While keys are rotated it waits: which values are a ring's own cannot be told then.
    """
    if is_turning():
        return Refreshed()
    with transaction.atomic():
        partner = _in_turn(partner)
        now = rings_now()
        rings = {ring for ring in {*now, *partner.told} if whole or now.get(ring) != partner.told.get(ring)}
        if not rings and not whole:
            return Refreshed()
        done = _refresh(partner, rings, at=at)
        Partner.objects.filter(pk=partner.pk).update(told=now, **({"told_at": at} if whole else {}))
    return done


def _in_turn(partner: Partner) -> Partner:
    """The partner as it is once whoever was before is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK + partner.pk])
    return Partner.objects.get(pk=partner.pk)


def _refresh(partner: Partner, rings: Collection[str], *, at: datetime) -> Refreshed:
    standing = SharedObject.objects.filter(partner=partner, revoked=False)
    stored = {each.about: each for each in standing.filter(ring__in=["", *rings])}
    room = OBJECTS_MOST - standing.exclude(ring__in=["", *rings]).count()
    drafts, left_out = _drafts(partner, rings, at, room=room)
    moments = _moments(partner, at)
    new, changed = _told(partner, drafts, stored, moments)
    revoked = _revoked([each for about, each in stored.items() if about not in drafts], moments)
    SharedObject.objects.bulk_create(new, batch_size=WRITTEN_AT_ONCE)
    fields = ["modified", "added_at", "body", "revoked", "about", "ring"]
    SharedObject.objects.bulk_update([*changed, *revoked], fields, batch_size=WRITTEN_AT_ONCE)
    SharedObject.objects.filter(partner=partner, revoked=True, added_at__lt=at - KEPT).delete()
    return Refreshed(len(new), len(changed), len(revoked), left_out)


def _drafts(partner: Partner, rings: Collection[str], at: datetime, *, room: int) -> tuple[dict[str, Draft], int]:
    """By what they are about, and how many did not fit. A ring is told whole or not at all."""
    drafts = {ring_objects.PRODUCER: ring_objects.producer(settings.SHARING_NAME)}
    left_out = 0
    for ring in rings_to_tell(partner, rings):
        more = {draft.about: draft for draft in ring_objects.drafts_of(ring, at=at)}
        if len(drafts) + len(more) > room:
            left_out += len(more)
            continue
        drafts |= more
    return drafts, left_out


def _moments(partner: Partner, at: datetime) -> Iterator[datetime]:
    """Moments that rise, each after whatever was added before."""
    last = SharedObject.objects.filter(partner=partner).aggregate(last=Max("added_at"))["last"]
    moment = at if last is None else max(at, last + TICK)
    while True:
        yield moment
        moment += TICK


def _told(
    partner: Partner, drafts: Mapping[str, Draft], stored: Mapping[str, SharedObject], moments: Iterator[datetime]
) -> tuple[list[SharedObject], list[SharedObject]]:
    """The objects that are new, and those that have another version."""
    ids = {about: each.stix_id for about, each in stored.items()}
    ids |= {about: f"{draft.type}--{uuid.uuid4()}" for about, draft in drafts.items() if about not in ids}
    new: list[SharedObject] = []
    changed: list[SharedObject] = []
    for about, draft in drafts.items():
        before = stored.get(about)
        if before is not None and _same(draft, before.body, ids):
            continue
        added = next(moments)
        modified = _to_the_millisecond(added)
        created = before.created if before else modified
        if before is not None:
            modified = max(modified, before.modified + timedelta(milliseconds=1))
        try:
            body = ring_objects.built(draft, ids=ids, created=created, modified=modified)
        except STIXError:
            continue  # a value that STIX has no form for is told to nobody
        row = before or _new(partner, draft, stix_id=ids[about], created=created)
        row.modified, row.added_at, row.body = modified, added, _plain(body)
        (changed if before else new).append(row)
    return new, changed


def _new(partner: Partner, draft: Draft, *, stix_id: str, created: datetime) -> SharedObject:
    told = {"about": draft.about, "ring": draft.ring, "type": draft.type}
    return SharedObject(partner=partner, stix_id=stix_id, created=created, **told)


def _same(draft: Draft, body: Mapping[str, Any], ids: Mapping[str, str]) -> bool:
    told = {**draft.fields, **{field: ids[about] for field, about in draft.refs.items()}}
    return all(body.get(name) == value for name, value in told.items())


def _plain(body: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(body.serialize())
    return told


def _revoked(gone: Sequence[SharedObject], moments: Iterator[datetime]) -> list[SharedObject]:
    for each in gone:
        each.added_at = next(moments)
        each.modified = max(_to_the_millisecond(each.added_at), each.modified + timedelta(milliseconds=1))
        each.body = ring_objects.withdrawn(each.body, modified=each.modified)
        each.revoked, each.about, each.ring = True, f"gone:{each.stix_id}", ""
    return list(gone)


def _to_the_millisecond(moment: datetime) -> datetime:
    """STIX's own precision."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
