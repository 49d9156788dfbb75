"""What a ring could still take: the requests a day of those members that nothing holds yet."""

from collections.abc import Mapping

from django.db.models import BigIntegerField, Case, DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from risk.models import Ring, RingMember
from risk.rings.states import RingState
from tiers.ladder import Ladder
from tiers.models import Account
from tiers.standing import ladder

MINUTES = 24 * 60
BY_DAY, BY_MINUTE = "requests_per_day", "requests_per_minute"
BEYOND_IDS = 10**19  # ids are below 2 ** 63
BEYOND_SIZES = 10**10  # members are below 2 ** 31


def requests_a_day(ladder: Ladder) -> dict[str, int]:
    """What each tier of a ladder may ask for in a day, by its limits of requests.

    A tier that names no such limit is taken for as open as the most open one that does: not known is not little.
    """
    told = {rung.tier: _told(rung.limits) for rung in ladder.rungs}
    most = max((requests for requests in told.values() if requests is not None), default=1)
    return {tier: most if requests is None else requests for tier, requests in told.items()}


def with_exposure(rings: QuerySet[Ring]) -> QuerySet[Ring]:
    """The rings, the largest exposure first, and of those with as much the largest.

    Each has its `exposure` in requests a day, and a `place`: a number that no other ring has and that rises with it.

    One sum for each ring, over its members now (an index holds them) and their accounts by key. Dismissed and merged
    rings have none: nobody is to be held for them.
    """
    members = RingMember.objects.filter(ring=OuterRef(OuterRef("pk")), left_at=None).values("subject")
    loose = Account.objects.filter(pk__in=members, held=False).order_by()
    total = loose.values(ring=Value(1)).annotate(sum=Sum(_limit())).values("sum")
    exposure = Case(
        When(state__in=(RingState.SUSPECTED, RingState.CONFIRMED), then=Coalesce(Subquery(total), 0)),
        default=0,
        output_field=BigIntegerField(),
    )
    wide = DecimalField(max_digits=60, decimal_places=0)
    first = Cast(F("exposure"), wide) * Value(BEYOND_SIZES, wide) + Cast(F("size"), wide)
    place = first * Value(BEYOND_IDS, wide) + Cast(F("pk"), wide)
    return rings.annotate(exposure=exposure).annotate(place=place).order_by("-place")


def _told(limits: Mapping[str, int]) -> int | None:
    found = [limits[BY_DAY]] if BY_DAY in limits else []
    found += [MINUTES * limits[BY_MINUTE]] if BY_MINUTE in limits else []
    return min(found, default=None)


def _limit() -> Case:
    current = ladder()
    by_tier = requests_a_day(current)
    lines = [When(tier=tier, then=Value(requests)) for tier, requests in by_tier.items()]
    # A tier that the ladder no longer has may do what the lowest may (Ladder.limits_of).
    return Case(*lines, default=Value(by_tier[current.rungs[-1].tier]), output_field=BigIntegerField())
