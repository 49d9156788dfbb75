"""A policy version moves from draft to shadow, into force and back: the journey, with who did it in the audit log."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from config.lib import audit
from risk.models import PolicyActivation, StoredPolicy
from risk.policies import store, versions
from tiers import policies
from verification import policy_runs


def draft(document: Mapping[str, Any], *, by: str) -> StoredPolicy:
    """Store a document as a draft. One that is stored already is given as it stands.

    Raises:
        PolicyError: it is not fit to be put in force.

    """
    policies.check(document)
    with transaction.atomic():
        stored = store.keep(document, author=by)
        _note(stored, "policy.draft", by)
    return stored


def propose(stored: StoredPolicy, *, by: str) -> StoredPolicy:
    """Ask another person to publish a version. Raises VersionRefused."""
    with transaction.atomic():
        versions.propose(stored, by=by)
        _note(stored, "policy.propose", by)
    return stored


def publish(stored: StoredPolicy, *, by: str, before: bool = False) -> StoredPolicy:
    """Put a version in force: from now on, or, where `before` says so, for accounts of before too, by and by.

    Raises:
        PolicyError: what signals know now, it does not.
        VersionRefused: it is in force, or it takes two and nobody else proposed it.

    """
    policies.check(stored.document)
    with transaction.atomic():
        activation = versions.publish(stored, by=by)
        _note(activation.policy, "policy.publish", by, agreed_by=activation.agreed_by)
        _reach(activation, by=by, before=before)
    return activation.policy


def roll_back(*, by: str, before: bool = False) -> StoredPolicy:
    """Put in force what was before, in one step; what signals learnt to give since counts for nothing in it.

    `before` as with `publish`: without it, who was decided by what is rolled back stays so until decided again.

    Raises:
        VersionRefused: nothing was.

    """
    with transaction.atomic():
        activation = versions.roll_back(by=by)
        _note(activation.policy, "policy.roll_back", by)
        _reach(activation, by=by, before=before)
    return activation.policy


def _reach(activation: PolicyActivation, *, by: str, before: bool) -> None:
    """Whatever another policy had still to reach, it does no more."""
    policy_runs.cancel_others(activation.policy, at=activation.at)
    if before:
        policy_runs.start(activation.policy, by=by, at=activation.at)


def shadow(stored: StoredPolicy, *, by: str) -> StoredPolicy:
    """Let a version judge beside the active one and change nothing. Raises PolicyError, VersionRefused."""
    policies.check(stored.document)
    with transaction.atomic():
        versions.shadow(stored)
        _note(stored, "policy.shadow", by)
    return stored


def withdraw(stored: StoredPolicy, *, by: str) -> StoredPolicy:
    """Make a version in shadow, or proposed, a draft again. Raises VersionRefused."""
    with transaction.atomic():
        versions.withdraw(stored)
        _note(stored, "policy.withdraw", by)
    return stored


def _note(stored: StoredPolicy, act: str, by: str, **details: str) -> None:
    audit.append(actor=by, act=act, subject=f"policy:{stored.digest}", details=details)
