"""Policies in the database: which one is active, and putting another in its place."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from risk.models import PolicyActivation, PolicyState, StoredPolicy
from risk.policies import source
from risk.policies.sealing import seal
from risk.policy import Policy, digest, parse
from risk.signals import REASON_CODES
from risk.velocities import READ_BY_SIGNALS

log = logging.getLogger(__name__)
DEFAULT = Path(__file__).with_name("default.yaml")
LOCK = 0x706F6C69  # "poli": one number among the database's advisory locks
FRESH_SECONDS = 4.5  # a published policy is followed by every process within 5 s; the rest is for reading it


# Asked every few seconds by who answers in microseconds: building it anew each time takes longer than the answer.
JUDGING = "SELECT digest, state FROM risk_storedpolicy WHERE state = ANY(%s)"


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One stored policy, parsed, with its document for those who own other parts of it."""

    policy: Policy
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InForce:
    """One reading of what judges now: the active policy, and those in shadow beside it."""

    active: Version
    shadows: tuple[Version, ...]
    read_at: float  # time.monotonic(), before it was read


class _Held:
    """What is in force as this process last read it."""

    in_force: InForce | None = None


def active() -> Version:
    """The policy in force, at most FRESH_SECONDS old.

    Raises:
        StoredPolicy.DoesNotExist: none was ever published (migrate does).

    """
    return in_force().active


def in_force() -> InForce:
    """The active policy and those in shadow, at most FRESH_SECONDS old. Raises as `active`."""
    held = _Held.in_force
    if held is None or time.monotonic() - held.read_at > FRESH_SECONDS:
        held = _Held.in_force = _read_in_force()
    return held


def last_in_force() -> InForce | None:
    """What this process read last, however old: for who has to answer while the database is away."""
    return _Held.in_force


def _read_in_force() -> InForce:
    begun = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(JUDGING, [[PolicyState.ACTIVE, PolicyState.SHADOW]])
        states = dict(cursor.fetchall())
    active_one = next((digest for digest, state in states.items() if state == PolicyState.ACTIVE), None)
    if active_one is None:
        raise StoredPolicy.DoesNotExist
    shadows = sorted(digest for digest, state in states.items() if state == PolicyState.SHADOW)
    return InForce(parsed(active_one), tuple(map(parsed, shadows)), begun)


@lru_cache(maxsize=32)
def parsed(digest: str) -> Version:
    """Any stored version, parsed once: what a digest names never changes.

    One of the past is read as it was: reasons that signals learnt to give since count for nothing in it.

    Raises:
        StoredPolicy.DoesNotExist: there is none of this digest.

    """
    document = StoredPolicy.objects.values_list("document", flat=True).get(digest=digest)
    return Version(parse(document, known_reasons=REASON_CODES, past=True), document)


def version_of(digest: str) -> Version | None:
    """Any stored version; those that judge now without a query. None where there is none of this digest."""
    now = in_force()
    judging = (version for version in (now.active, *now.shadows) if version.policy.digest == digest)
    try:
        return next(judging, None) or parsed(digest)
    except StoredPolicy.DoesNotExist:
        return None


def forget() -> None:
    """Read what is in force anew next time."""
    _Held.in_force = None


def read(path: Path) -> dict[str, Any]:
    """A policy document from a YAML file. Other parts than judging needs are checked by who owns them.

    Raises:
        OSError: it cannot be read.
        PolicyError: it is not YAML, not a table or not a policy; the message names file and line.

    """
    read_source = source.read(path)
    with read_source.located():
        parse(read_source.document, known_reasons=REASON_CODES)
    return dict(read_source.document)


def keep(document: Mapping[str, Any], *, author: str) -> StoredPolicy:
    """Store a document as a draft; one that is stored already stays as it is. It has been checked in all its parts."""
    document = seal(document)
    stored, _ = StoredPolicy.objects.get_or_create(
        digest=digest(document),
        defaults={
            "name": str(document.get("name", "unnamed")),
            "document": document,
            "state": PolicyState.DRAFT,
            "author": author,
        },
    )
    return stored


def publish(document: Mapping[str, Any], *, by: str = "system", agreed_by: str = "") -> StoredPolicy:
    """Make a document the active policy and retire the one before it. The caller has validated all parts of it."""
    with transaction.atomic():
        stored = keep(document, author=by)
        before = _last_activation()
        put_in_force(stored, PolicyActivation(by=by, agreed_by=agreed_by, undoes_to=before))
    return stored


def put_in_force(stored: StoredPolicy, activation: PolicyActivation) -> None:
    """The one place where a policy becomes active, in the caller's transaction. Activations come one at a time."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    StoredPolicy.objects.filter(state=PolicyState.ACTIVE).exclude(pk=stored.pk).update(state=PolicyState.RETIRED)
    stored.state, stored.activated_at, stored.proposed_by, stored.shadowed_at = PolicyState.ACTIVE, now, "", None
    stored.save(update_fields=["state", "activated_at", "proposed_by", "shadowed_at"])
    activation.policy, activation.at = stored, now
    activation.save()
    forget()


def _last_activation() -> PolicyActivation | None:
    return PolicyActivation.objects.filter(policy__state=PolicyState.ACTIVE).order_by("-pk").first()


def publish_default(**_: object) -> None:
    """After migrating: a new install starts with the default policy, and an older one's knows what signals now see."""
    stored = StoredPolicy.objects.filter(state=PolicyState.ACTIVE).first()
    if stored is None:
        publish(read(DEFAULT))
        return
    completed = complete(stored.document, read(DEFAULT))
    if completed != stored.document:
        log.warning("The policy in force was completed with the default's numbers; look them over.")
        publish(completed)


def complete(document: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """A policy from before an upgrade, with the default's numbers for what it does not know, without what is gone.

    The owner's own numbers, thresholds and ladder stay as they are.
    """
    whole = dict(document)
    for part in ("multipliers", "family_caps"):
        known = default[part]
        own = {name: number for name, number in document[part].items() if name in known}
        whole[part] = {**{name: number for name, number in known.items() if name not in own}, **own}
    if document.get("velocities") is not None:
        read_by_signals = {velocity.name for velocity in READ_BY_SIGNALS}
        needed = {name: entry for name, entry in default["velocities"].items() if name in read_by_signals}
        whole["velocities"] = {**needed, **document["velocities"]}
    new = {code: least for code, least in default["floors"].items() if code not in document["multipliers"]}
    if floors := {**new, **(document.get("floors") or {})}:
        whole["floors"] = {code: outcome for code, outcome in floors.items() if code in REASON_CODES}
    return whole
