"""What array and arrays promise: PostgreSQL reads the same values from it."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from config.lib.sqlarrays import array, arrays


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "type_"),
    [
        ([], "bigint"),
        ([1, -(2**63), 2**63 - 1, None], "bigint"),
        ([0.1, 1e-300], "float8"),
        ([datetime(2026, 11, 23, 1, 2, 3, 456_789, tzinfo=UTC), None], "timestamptz"),
        ([date(2026, 11, 23)], "date"),
    ],
)
def test_postgresql_reads_the_same_values(values: list[float | date | None], type_: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{type_}[]", [array(values)])
        assert cursor.fetchone() == (values,)


@pytest.mark.django_db
def test_arrays_of_different_lengths_come_one_by_one() -> None:
    rows = [[1, 2, 3], [], [-(2**63)]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::bigint[] FROM unnest(%s::text[]) AS given(row)", [arrays(rows)])
        assert [row for (row,) in cursor.fetchall()] == rows
