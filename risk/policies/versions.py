"""The life of a policy version: draft, shadow, active, retired. What people do to it; each act names who did it.

Where PUBLISH_BY_TWO is set, one person proposes a version and another publishes it. Rolling back takes one: it leads to
what two had agreed on, and it is done in a hurry.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from risk.models import PolicyActivation, PolicyState, StoredPolicy
from risk.policies.store import forget, put_in_force

SHADOWS_MOST = 3  # each judges every decision a second time


class VersionRefused(ValueError):
    """The version cannot be moved so; the message says why, and what to do instead."""


def propose(stored: StoredPolicy, *, by: str) -> None:
    """Ask that a version be published; another person has to agree. Raises VersionRefused."""
    _refuse_active(stored)
    stored.proposed_by = by
    stored.save(update_fields=["proposed_by"])


def publish(stored: StoredPolicy, *, by: str) -> PolicyActivation:
    """Put a version in force.

    Raises:
        VersionRefused: it is already, or it takes two and nobody else proposed it.

    """
    with transaction.atomic():
        stored = StoredPolicy.objects.select_for_update().get(pk=stored.pk)
        _refuse_active(stored)
        if settings.PUBLISH_BY_TWO and stored.proposed_by in {"", by}:
            raise VersionRefused("Publishing takes two here: one proposes, another agrees.")
        before = PolicyActivation.objects.filter(policy__state=PolicyState.ACTIVE).order_by("-pk").first()
        activation = PolicyActivation(by=by, agreed_by=stored.proposed_by, undoes_to=before)
        put_in_force(stored, activation)
    return activation


def roll_back(*, by: str) -> PolicyActivation:
    """Put in force what was before the active version was, in one step. Done again, it goes back further.

    Raises:
        VersionRefused: nothing was in force before.

    """
    with transaction.atomic():
        latest = PolicyActivation.objects.order_by("-pk").select_for_update().first()
        before = latest and latest.undoes_to
        if before is None:
            raise VersionRefused("Nothing was in force before this one.")
        activation = PolicyActivation(by=by, undoes_to=before.undoes_to)
        put_in_force(before.policy, activation)
    return activation


def shadow(stored: StoredPolicy) -> None:
    """Let a version judge beside the active one and change nothing. Raises VersionRefused."""
    _refuse_active(stored)
    if StoredPolicy.objects.filter(state=PolicyState.SHADOW).exclude(pk=stored.pk).count() >= SHADOWS_MOST:
        raise VersionRefused(f"{SHADOWS_MOST} versions are in shadow already; take one out first.")
    stored.state, stored.shadowed_at = PolicyState.SHADOW, timezone.now()
    stored.save(update_fields=["state", "shadowed_at"])
    forget()


def withdraw(stored: StoredPolicy) -> None:
    """Take a version out of shadow, and a proposal back: it is a draft again. Raises VersionRefused."""
    _refuse_active(stored)
    stored.state, stored.shadowed_at, stored.proposed_by = PolicyState.DRAFT, None, ""
    stored.save(update_fields=["state", "shadowed_at", "proposed_by"])
    forget()


def _refuse_active(stored: StoredPolicy) -> None:
    if stored.state == PolicyState.ACTIVE:
        raise VersionRefused("It is in force.")
