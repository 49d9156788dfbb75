"""Whom an act on a ring reaches: how long they have been here, who pays, who was spoken for, and who is close by.

What becomes of their tiers and outcomes is verification.containment.preview. Each part is one query over the members.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from risk.kinds import IdentifierKind

NEAR: Final = (IdentifierKind.CARD, IdentifierKind.PHONE, IdentifierKind.DEVICE)  # one person's, as a rule
LOOKED_AT: Final = 5_000  # values of members that others may share; more are not looked at
NEAR_MOST: Final = 1_000  # others, counted no further

MEMBERS_SQL = """
SELECT count(*),
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM verification_proof proof
           WHERE proof.account_id = account.id AND proof.kind = 'payment' AND proof.lapsed_at IS NULL)),
       count(*) FILTER (WHERE account.earned_days > 0),
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM verification_review word
           WHERE word.account_id = account.id AND word.withdrawn_at IS NULL AND word.word = 'approve')),
       count(*) FILTER (WHERE account.created_at < %(now)s - interval '30 days'),
       count(*) FILTER (WHERE account.created_at < %(now)s - interval '365 days'),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY %(now)s - account.created_at),
       max(%(now)s - account.created_at)
FROM risk_ringmember member JOIN tiers_account account ON account.id = member.subject
WHERE member.ring_id = %(ring)s AND member.left_at IS NULL
"""
FORMER_SQL = """
SELECT count(DISTINCT subject) FROM risk_ringmember gone WHERE ring_id = %(ring)s AND left_at IS NOT NULL
AND NOT EXISTS (SELECT FROM risk_ringmember now
                WHERE now.ring_id = gone.ring_id AND now.subject = gone.subject AND now.left_at IS NULL)
"""
NEAR_SQL = """
SELECT count(*) FROM (
    SELECT DISTINCT other.subject FROM (
        SELECT DISTINCT shown.kind, shown.value
        FROM risk_ringmember member JOIN risk_identifier shown ON shown.subject = member.subject
        WHERE member.ring_id = %(ring)s AND member.left_at IS NULL AND shown.kind = ANY(%(near)s) LIMIT %(values)s
    ) shown JOIN risk_identifier other ON other.kind = shown.kind AND other.value = shown.value
    WHERE NOT EXISTS (SELECT FROM risk_ringmember member
                      WHERE member.subject = other.subject AND member.ring_id = %(ring)s AND member.left_at IS NULL)
    LIMIT %(most)s
) near
"""


@dataclass(frozen=True, slots=True)
class Blast:
    """Whom an act reaches. `half_days` and `oldest_days` are of the time since they signed up.

    `spoken_for` have an analyst's approval, which outweighs what is done to the ring. `former` members are decided
    again too, where the ring held them. `near` shared a card, a number or a device with a member and are not in the
    ring: the act does not reach them.
    """

    members: int
    paying: int
    earning: int
    spoken_for: int
    month: int  # are here for 30 days or longer
    year: int
    half_days: int
    oldest_days: int
    former: int
    near: int
    near_more: bool


def blast(ring_pk: int, *, at: datetime) -> Blast:
    """Whom an act on a ring would reach now."""
    near = list(map(int, NEAR))
    asked: dict[str, Any] = {"ring": ring_pk, "now": at, "near": near, "values": LOOKED_AT, "most": NEAR_MOST}
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS_SQL, asked)
        members, paying, earning, spoken, month, year, half, oldest = cursor.fetchone()
        cursor.execute(FORMER_SQL, asked)
        (former,) = cursor.fetchone()
        cursor.execute(NEAR_SQL, asked)
        (others,) = cursor.fetchone()
    return Blast(
        members=members,
        paying=paying,
        earning=earning,
        spoken_for=spoken,
        month=month,
        year=year,
        half_days=half.days if half else 0,
        oldest_days=oldest.days if oldest else 0,
        former=former,
        near=others,
        near_more=others >= NEAR_MOST,
    )
