"""The history of an account's tiers: which it had at a moment, why, and what that allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from risk.models import Assessment, PolicyActivation
from risk.policies.store import version_of
from tiers.ladder import Entitlement
from tiers.models import Account, Grant
from tiers.standing import ladder_of


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a tier was allowed by one version of the policy."""

    policy: str  # digest
    limits: Mapping[str, int]
    entitlements: Mapping[str, Entitlement]


def history(account: Account, *, at: datetime | None = None) -> QuerySet[Grant]:
    """The grants of an account, up to a moment if one is given; the first of the newest was its tier then.

    Each has the `policy_digest`, `outcome`, `score` and `reasons` of the assessment that brought it, by its key.
    """
    grants = account.grants.all() if at is None else account.grants.filter(at__lte=at)
    brought = Assessment.objects.filter(pk=OuterRef("assessment_id"))
    return grants.annotate(
        **{name: Subquery(brought.values(name)) for name in ("policy_digest", "outcome", "score", "reasons")}
    )


def standing_at(account: Account, at: datetime) -> Grant | None:
    """The grant that an account's tier rested on at a moment, with what `history` adds; None before there was one."""
    return history(account, at=at).order_by("-at", "-version").first()


def allowed_by(tier: str, digest: str | None) -> Allowed | None:
    """What a tier is allowed by a stored version of the policy; None where there is none of this digest."""
    version = version_of(digest) if digest else None
    if version is None:
        return None
    rung = ladder_of(version).rung_of(tier)
    return Allowed(version.policy.digest, rung.limits, rung.entitlements)


def in_force_at(at: datetime) -> str | None:
    """The digest of the policy that was in force at a moment; None before the first."""
    return (
        PolicyActivation.objects.filter(at__lte=at)
        .order_by("-at", "-pk")
        .values_list("policy__digest", flat=True)
        .first()
    )
