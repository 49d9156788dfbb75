"""Policies in the database: which one is active, and putting another in its place."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from risk.models import PolicyState, StoredPolicy
from risk.policy import Policy, PolicyError, digest, parse
from risk.signals import REASON_CODES

log = logging.getLogger(__name__)
DEFAULT = Path(__file__).with_name("default.yaml")
FRESH_SECONDS = 5.0  # a published policy is followed by every process within this time


@dataclass(frozen=True, slots=True, eq=False)
class Active:
    """One reading of the policy in force, parsed, with its document for those who own other parts of it."""

    policy: Policy
    document: Mapping[str, Any]
    read_at: float  # time.monotonic()


class _Held:
    """The active policy as this process last read it."""

    active: Active | None = None


def active() -> Active:
    """The policy in force, at most FRESH_SECONDS old.

    Raises:
        StoredPolicy.DoesNotExist: none was ever published (migrate does).

    """
    held = _Held.active
    if held is None or time.monotonic() - held.read_at > FRESH_SECONDS:
        document = StoredPolicy.objects.get(state=PolicyState.ACTIVE).document
        held = _Held.active = Active(parse(document, known_reasons=REASON_CODES), document, time.monotonic())
    return held


def forget() -> None:
    """Read the active policy anew next time."""
    _Held.active = None


def read(path: Path) -> dict[str, Any]:
    """A policy document from a YAML file.

    Raises:
        PolicyError: it is not YAML, not a table or not a policy.

    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path.name}: {error}") from None
    if not isinstance(document, dict):
        raise PolicyError(f"{path.name}: a table is needed at the top")
    parse(document, known_reasons=REASON_CODES)
    return document


def publish(document: Mapping[str, Any]) -> StoredPolicy:
    """Make a document the active policy and retire the one before it. The caller has validated all parts of it."""
    with transaction.atomic():
        StoredPolicy.objects.filter(state=PolicyState.ACTIVE).exclude(digest=digest(document)).update(
            state=PolicyState.RETIRED
        )
        stored, _ = StoredPolicy.objects.update_or_create(
            digest=digest(document),
            defaults={
                "name": str(document.get("name", "unnamed")),
                "document": document,
                "state": PolicyState.ACTIVE,
                "activated_at": timezone.now(),
            },
        )
    forget()
    return stored


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
    if document.get("floors"):
        whole["floors"] = {code: outcome for code, outcome in document["floors"].items() if code in REASON_CODES}
    return whole
