"""How often appeals are overturned, by the reasons that spoke against who appealed: where a reason is often wrong.

Appeals that were answered by a person count; those that settled themselves say nothing of who was right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from verification.friction.report import Rate
from verification.states import AppealResult

# Of an index on the moment of the answer; each appeal counts once for each of its reasons, and once for all.
RATES_SQL = """
SELECT reason, count(*), count(*) FILTER (WHERE result = %(overturned)s)
FROM verification_appeal appeal JOIN tiers_account account ON account.id = appeal.account_id AND NOT account.test
CROSS JOIN LATERAL (SELECT '' AS reason UNION ALL SELECT jsonb_array_elements_text(appeal.against)) spoken
WHERE answered_at >= %(since)s AND answered_at <= %(until)s AND result = ANY(%(answers)s)
GROUP BY reason ORDER BY count(*) FILTER (WHERE result = %(overturned)s)::float / count(*) DESC, count(*) DESC, reason
"""


@dataclass(frozen=True, slots=True)
class Overturned:
    """Of appeals against decisions that a reason had part in, how many were overturned. No reason: of all."""

    reason: str
    rate: Rate

    def as_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        rate = self.rate
        return {
            "reason": self.reason or None,
            "number": rate.number,
            "of": rate.of,
            "share": rate.share,
            "interval": list(rate.interval),
        }


def overturned(since: datetime, until: datetime) -> Sequence[Overturned]:
    """All appeals that were answered in a time, and those by reason, the most often overturned first."""
    asked: dict[str, Any] = {
        "since": since,
        "until": until,
        "overturned": AppealResult.OVERTURNED,
        "answers": [AppealResult.OVERTURNED, AppealResult.UPHELD],
    }
    with connection.cursor() as cursor:
        cursor.execute(RATES_SQL, asked)
        found = [Overturned(reason, Rate(number, of)) for reason, of, number in cursor.fetchall()]
    return sorted(found, key=lambda each: each.reason != "")
