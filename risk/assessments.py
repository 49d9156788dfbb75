"""Assessments are stored in one statement, however many: they are the largest rows of a decision."""

import json
from collections.abc import Sequence

from django.db import connection

from risk.models import Assessment

# As one document: escaping the facts one by one inside an array costs a tenth of a whole import. A serial number is
# given in the order of the rows (INSERT ... SELECT ... ORDER BY), so that each assessment knows its own.
STORE_SQL = """
INSERT INTO risk_assessment (subject, at, cause, facts, policy_digest, outcome, score, prior, reasons, unknown, shadows)
SELECT (one->>'subject')::bigint, (one->>'at')::timestamptz, one->>'cause', one->'facts', one->>'policy_digest',
       one->>'outcome', (one->>'score')::float8, (one->>'prior')::float8, one->'reasons', one->'unknown',
       one->'shadows'
FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS given(one, place)
ORDER BY place
RETURNING id
"""
STORED = ("subject", "cause", "facts", "policy_digest", "outcome", "score", "prior", "reasons", "unknown", "shadows")


def store(assessments: Sequence[Assessment]) -> None:
    """Store new assessments and give them their ids."""
    if not assessments:
        return
    rows = [{**{name: getattr(each, name) for name in STORED}, "at": each.at.isoformat()} for each in assessments]
    with connection.cursor() as cursor:
        cursor.execute(STORE_SQL, [json.dumps(rows)])
        ids = sorted(pk for (pk,) in cursor.fetchall())
    for assessment, pk in zip(assessments, ids, strict=True):
        assessment.pk = pk
