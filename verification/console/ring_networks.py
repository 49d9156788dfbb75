"""Where a ring's members came from: countries and operators, by the networks that they signed up from."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

LOOKED_AT = 2_000  # members, the newest
SHOWN = 12

NETWORKS_SQL = """
SELECT coalesce(last.network->>'country', '?'), coalesce(last.network->>'as_name', 'not known'),
       coalesce(last.network->>'as_kind', '?'), count(*)
FROM (SELECT subject FROM risk_ringmember WHERE ring_id = %s AND left_at IS NULL ORDER BY subject DESC LIMIT %s) member
CROSS JOIN LATERAL (
    SELECT facts->'network' AS network FROM risk_assessment WHERE subject = member.subject ORDER BY id DESC LIMIT 1
) last
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2
"""


@dataclass(frozen=True, slots=True)
class Network:
    """An operator in a country, with how many members came from there, and the length of its bar in percent."""

    country: str
    operator: str
    kind: str
    members: int
    percent: str


@dataclass(frozen=True, slots=True)
class Networks:
    """The largest, the countries together, and how many operators are not shown."""

    largest: Sequence[Network]
    countries: Sequence[tuple[str, int, str]]
    further: int


def networks(ring_pk: int) -> Networks:
    """Of the newest members. One query, by the index of assessments."""
    with connection.cursor() as cursor:
        cursor.execute(NETWORKS_SQL, [ring_pk, LOOKED_AT])
        rows = cursor.fetchall()
    countries: dict[str, int] = {}
    for country, _, _, members in rows:
        countries[country] = countries.get(country, 0) + members
    most, most_of_country = max((row[3] for row in rows), default=1), max(countries.values(), default=1)
    return Networks(
        largest=[
            Network(country, operator, kind, members, f"{100 * members / most:.1f}")
            for country, operator, kind, members in rows[:SHOWN]
        ],
        countries=[
            (country, members, f"{100 * members / most_of_country:.1f}")
            for country, members in sorted(countries.items(), key=lambda each: -each[1])[:SHOWN]
        ],
        further=max(0, len(rows) - SHOWN),
    )
