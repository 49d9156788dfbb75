"""Which contained ring each account is a member of."""

from collections.abc import Collection, Mapping

from django.db import connection

from risk.facts import RingFacts
from risk.models import RingMember
from risk.rings.states import RingState

HELD = frozenset({RingState.SUSPECTED, RingState.CONFIRMED})

# Of all who ever were in a ring: those whose last assessment knew of another ring, or state of it, than holds them now.
WAITING_SQL = """
SELECT member.subject
FROM (SELECT DISTINCT subject FROM risk_ringmember WHERE ring_id = %(ring)s) member
LEFT JOIN (
    risk_ringmember now JOIN risk_ring ring
    ON ring.id = now.ring_id AND ring.contained_at IS NOT NULL AND ring.state = ANY(%(held)s)
) ON now.subject = member.subject AND now.left_at IS NULL
CROSS JOIN LATERAL (
    SELECT facts->'ring' AS ring FROM risk_assessment WHERE subject = member.subject ORDER BY id DESC LIMIT 1
) last
WHERE (last.ring->>'id', last.ring->>'state') IS DISTINCT FROM (ring.public_id, ring.state)
ORDER BY member.subject
"""


def rings_of(subjects: Collection[int]) -> dict[int, RingFacts]:
    """For each subject that is a member of a contained ring, the facts of it; one query, however many there are."""
    rows = (
        RingMember.objects.filter(subject__in=list(subjects), left_at=None)
        .filter(ring__contained_at__isnull=False, ring__state__in=HELD)
        .values_list("subject", "ring__public_id", "ring__state", "ring__score", "ring__size", "weight")
    )
    return {subject: RingFacts(name, state, score, size, fit) for subject, name, state, score, size, fit in rows}


def names_of(subjects: Collection[int]) -> Mapping[int, str]:
    """For each subject that is a member of a suspected or confirmed ring, contained or not, that ring's public id."""
    members = RingMember.objects.filter(subject__in=list(subjects), left_at=None, ring__state__in=HELD)
    return dict(members.values_list("subject", "ring__public_id"))


def waiting(ring_pk: int) -> list[int]:
    """Those who are or were members of a ring and were last decided on another standing than they have now, in order.

    One whose account is gone, or that was never decided, is not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAITING_SQL, {"ring": ring_pk, "held": sorted(HELD)})
        return [subject for (subject,) in cursor.fetchall()]
