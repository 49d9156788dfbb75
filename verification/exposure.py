"""Exposure: what accounts of a ring can still take, and what they could have taken before it was contained.

Still: the requests a day of those members that nothing holds. Could have: for each account the requests that its tiers
allowed, from its opening until the ring was contained, or until now where it is not; the history of its tiers tells
which it had when. It is a bound from above: who has a limit seldom uses all of it. Took: the requests of the usage
windows that began by then. Where no gateway reports use it is said that it is not known, and never that it is none.

Each is a sum over members, which for a ring of thousands takes longer than a page may. So beat adds all rings up
(verification.exposure_totals), and the sums are kept with when that was and which ring it was. A list goes by what is
kept of rings that have not changed since, and of large ones; the page of a ring by what is kept of a large one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from config.lib.sqlarrays import array
from risk.lookups.rings import HELD
from risk.models import Ring, RingMember
from risk.usage import partitions
from risk.usage.storing import is_reported
from tiers.ladder import Ladder
from tiers.models import Account
from tiers.standing import ladder
from verification.keeping_models import RingExposure

MINUTES = 24 * 60
BY_DAY, BY_MINUTE = "requests_per_day", "requests_per_minute"
LARGE = 1_000  # members: fewer are added up in some milliseconds whenever somebody looks
KEPT_FOR = timedelta(minutes=15)  # beat adds up every five; where it is away, what is kept is soon no longer told
BEYOND_IDS = 10**19  # ids are below 2 ** 63
BEYOND_SIZES = 10**10  # members are below 2 ** 31


# Each grant holds until the next one; the last until the account's ring was contained, or until now.
COULD_SQL = """
WITH span AS (
    SELECT account.id AS subject, ring.id AS ring, tier_grant.tier, tier_grant.at AS since,
        least(coalesce(ring.contained_at, %(now)s), %(now)s) AS until,
        lead(tier_grant.at) OVER (PARTITION BY account.id ORDER BY tier_grant.version) AS following
    FROM tiers_account account
    JOIN tiers_grant tier_grant ON tier_grant.account_id = account.id
    LEFT JOIN (risk_ringmember member JOIN risk_ring ring ON ring.id = member.ring_id AND ring.state = ANY(%(held)s))
        ON member.subject = account.id AND member.left_at IS NULL
    WHERE {where}
)
SELECT {of}, sum(
    coalesce(allowed.requests, %(lowest)s)
    * greatest(extract(epoch FROM least(coalesce(following, until), until) - since), 0) / 86400
)
FROM span LEFT JOIN unnest(%(tiers)s::text[], %(requests)s::bigint[]) AS allowed(tier, requests) USING (tier)
GROUP BY {of}
"""
OF_ACCOUNTS = COULD_SQL.format(of="subject", where="account.id = ANY(%(which)s::bigint[])")
OF_RINGS = COULD_SQL.format(of="ring", where="ring.id = ANY(%(which)s::bigint[])")
STILL_SQL = """
SELECT member.ring_id, sum(coalesce(allowed.requests, %(lowest)s))
FROM risk_ringmember member
JOIN risk_ring ring ON ring.id = member.ring_id AND ring.state = ANY(%(held)s)
JOIN tiers_account account ON account.id = member.subject AND NOT account.held
LEFT JOIN unnest(%(tiers)s::text[], %(requests)s::bigint[]) AS allowed(tier, requests) USING (tier)
WHERE member.left_at IS NULL AND member.ring_id = ANY(%(which)s::bigint[])
GROUP BY member.ring_id
"""
# The windows of each account that began before its ring was contained, or before now.
TOOK_SQL = f"""
SELECT {{of}}, sum(used.requests)
FROM tiers_account account
LEFT JOIN (risk_ringmember member JOIN risk_ring ring ON ring.id = member.ring_id AND ring.state = ANY(%(held)s))
    ON member.subject = account.id AND member.left_at IS NULL
JOIN {partitions.TABLE} used
    ON used.subject = account.id AND used.start < least(coalesce(ring.contained_at, %(now)s), %(now)s)
WHERE {{where}} GROUP BY {{of}}
"""  # noqa: S608 - a name of our own
ACCOUNTS_TOOK = TOOK_SQL.format(of="account.id", where="account.id = ANY(%(which)s::bigint[])")
RINGS_TOOK = TOOK_SQL.format(of="ring.id", where="ring.id = ANY(%(which)s::bigint[])")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a ring's accounts may ask for in a day, could have taken and took, and as of when that is."""

    a_day: int
    could: int
    took: int | None
    at: datetime


def requests_a_day(ladder: Ladder) -> dict[str, int]:
    """What each tier of a ladder may ask for in a day, by its limits of requests.

    A tier that names no such limit is taken for as open as the most open one that does: not known is not little.
    """
    told = {rung.tier: _told(rung.limits) for rung in ladder.rungs}
    most = max((requests for requests in told.values() if requests is not None), default=1)
    return {tier: most if requests is None else requests for tier, requests in told.items()}


def figures_of(ring: Ring, *, at: datetime) -> Figures:
    """All three of one ring: as beat added them up where it is large, else as of now."""
    if ring.size >= LARGE:
        kept = RingExposure.objects.filter(ring=ring, at__gt=at - KEPT_FOR).first()
        if kept is not None:
            return Figures(kept.a_day, kept.could, kept.took, kept.at)
    return added_up([ring.pk], at=at)[ring.pk]


def added_up(rings: Collection[int], *, at: datetime) -> dict[int, Figures]:
    """All three of each ring, as of now."""
    still, could, taken = _could(STILL_SQL, rings, at), rings_could_have_taken(rings, at=at), rings_took(rings, at=at)
    return {ring: Figures(still.get(ring, 0), could[ring], taken[ring], at) for ring in rings}


def keep(rings: Iterable[Ring], *, at: datetime) -> dict[int, Figures]:
    """Add rings up and keep what comes of it. What changes meanwhile is seen by `changed_at`, which is read before."""
    rings = list(rings)
    found = added_up([ring.pk for ring in rings], at=at)
    rows = [
        RingExposure(ring=ring, at=at, changed_at=ring.changed_at, a_day=now.a_day, could=now.could, took=now.took)
        for ring in rings
        for now in [found[ring.pk]]
    ]
    parts = ["at", "changed_at", "a_day", "could", "took"]
    RingExposure.objects.bulk_create(rows, update_conflicts=True, unique_fields=["ring"], update_fields=parts)
    return found


def with_exposure(rings: QuerySet[Ring], *, at: datetime) -> QuerySet[Ring]:
    """The rings, each with its `exposure` in requests a day, and since when that is kept: `added_up_at`; None: now.

    What is not kept is one sum for each ring, over its members now (an index holds them) and their accounts by key.
    Dismissed and merged rings have none: nobody is to be held for them.
    """
    counts = Q(added_up__at__gt=at - KEPT_FOR) & (Q(added_up__changed_at=F("changed_at")) | Q(size__gte=LARGE))
    members = RingMember.objects.filter(ring=OuterRef(OuterRef("pk")), left_at=None).values("subject")
    loose = Account.objects.filter(pk__in=members, held=False).order_by()
    total = loose.values(ring=Value(1)).annotate(sum=Sum(limit_by("tier"))).values("sum")
    exposure = Case(
        When(~Q(state__in=HELD), then=Value(0)),
        When(counts, then=F("added_up__a_day")),
        default=Coalesce(Subquery(total), 0),
        output_field=BigIntegerField(),
    )
    since = Case(When(counts & Q(state__in=HELD), then=F("added_up__at")), default=None)
    return rings.annotate(exposure=exposure, added_up_at=since)


def most_exposed_first(rings: Any) -> QuerySet[Ring]:
    """Rings with their exposure (which their type does not tell), the largest first, then the largest ring."""
    found: QuerySet[Ring] = rings.order_by("-exposure", "-size", "-pk")
    return found


def placed(rings: Any) -> QuerySet[Ring]:
    """Rings with their exposure in the same order, as one number: a `place` that no other has, for cursors."""
    wide = DecimalField(max_digits=60, decimal_places=0)
    first = Cast(F("exposure"), wide) * Value(BEYOND_SIZES, wide) + Cast(F("size"), wide)
    place = first * Value(BEYOND_IDS, wide) + Cast(F("pk"), wide)
    found: QuerySet[Ring] = rings.annotate(place=place).order_by("-place")
    return found


def could_have_taken(subjects: Collection[int], *, at: datetime) -> dict[int, int]:
    """How many requests each account could have made by a moment, before its ring was contained. One without is 0."""
    return dict.fromkeys(subjects, 0) | _could(OF_ACCOUNTS, subjects, at)


def rings_could_have_taken(rings: Collection[int], *, at: datetime) -> dict[int, int]:
    """The same of all members of each ring together, by the rings' keys. Dismissed and merged rings have none."""
    return dict.fromkeys(rings, 0) | _could(OF_RINGS, rings, at)


def took(subjects: Collection[int], *, at: datetime) -> dict[int, int | None]:
    """How many requests each account made by a moment, before its ring was contained. None: no use is reported."""
    return _took(ACCOUNTS_TOOK, subjects, at)


def rings_took(rings: Collection[int], *, at: datetime) -> dict[int, int | None]:
    """The same of all members of each ring together, by the rings' keys."""
    return _took(RINGS_TOOK, rings, at)


def _took(sql: str, which: Collection[int], at: datetime) -> dict[int, int | None]:
    if not is_reported():
        return dict.fromkeys(which)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"which": array(which), "now": at, "held": sorted(HELD)})
        found = {key: int(requests) for key, requests in cursor.fetchall()}
    return {key: found.get(key, 0) for key in which}


def _could(sql: str, which: Collection[int], at: datetime) -> dict[int, int]:
    by_tier, lowest = requests_a_day(ladder()), ladder().rungs[-1].tier
    asked: dict[str, Any] = {
        "which": array(which),
        "now": at,
        "held": sorted(HELD),
        "lowest": by_tier[lowest],
        "tiers": list(by_tier),
        "requests": array(by_tier.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return {key: round(requests) for key, requests in cursor.fetchall()}


def _told(limits: Mapping[str, int]) -> int | None:
    found = [limits[BY_DAY]] if BY_DAY in limits else []
    found += [MINUTES * limits[BY_MINUTE]] if BY_MINUTE in limits else []
    return min(found, default=None)


def limit_by(tier: str) -> Case:
    """What a row may ask for in a day, by the tier in its field `tier`, as an expression."""
    current = ladder()
    by_tier = requests_a_day(current)
    lines = [When(**{tier: name}, then=Value(requests)) for name, requests in by_tier.items()]
    # A tier that the ladder no longer has may do what the lowest may (Ladder.limits_of).
    return Case(*lines, default=Value(by_tier[current.rungs[-1].tier]), output_field=BigIntegerField())
