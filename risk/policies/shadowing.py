"""What the policies in shadow said beside the decisions: how often they agree, and who would have moved."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from risk.models import StoredPolicy
from risk.outcome import Outcome

LATEST_MOST = 50_000  # assessments looked at, the latest ones: a page has to open

COMPARE_SQL = """
SELECT outcome, coalesce(shadows->%s->>'outcome', 'fault'), count(*)
FROM (SELECT outcome, shadows FROM risk_assessment WHERE at >= %s ORDER BY id DESC LIMIT %s) AS latest
WHERE shadows ? %s
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many assessments had which outcome, and what the policy in shadow said of them."""

    since: datetime
    counts: dict[tuple[str, str], int]  # (outcome in force, outcome in shadow) -> assessments

    @property
    def total(self) -> int:
        """All that it judged."""
        return sum(self.counts.values())

    @property
    def moved(self) -> int:
        """Those on which the two do not agree."""
        return sum(count for (real, shadow), count in self.counts.items() if real != shadow)

    @property
    def faults(self) -> int:
        """Those that it could not judge."""
        return sum(count for (_, shadow), count in self.counts.items() if shadow not in set(Outcome))

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """By the outcome in force, the counts by the outcome in shadow, mildest first."""
        return [(real, [self.counts.get((real, shadow), 0) for shadow in Outcome]) for real in Outcome]


def compare(stored: StoredPolicy) -> Comparison | None:
    """What a policy in shadow said since it is, of the latest assessments; None where it is not in shadow."""
    if stored.shadowed_at is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(COMPARE_SQL, [stored.digest, stored.shadowed_at, LATEST_MOST, stored.digest])
        return Comparison(stored.shadowed_at, {(real, shadow): count for real, shadow, count in cursor.fetchall()})
