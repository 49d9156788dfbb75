"""Numbers come out of PostgreSQL as they are stored, and what is not of that form is told and not guessed at."""

import pytest
from django.db import connection

from risk.rings import copying
from risk.rings.copying import UnreadableCopy, columns, numbers

pytestmark = pytest.mark.django_db


def test_numbers_come_as_they_are_stored() -> None:
    found = numbers("SELECT number::bigint, (-number)::bigint FROM generate_series(1, 3) AS number", 2)
    assert found.tolist() == [[1, -1], [2, -2], [3, -3]]


def test_a_query_without_rows_gives_none_of_so_many_fields() -> None:
    assert numbers("SELECT 1::bigint, 2::bigint WHERE false", 2).shape == (0, 2)


@pytest.mark.parametrize("query", ["SELECT 1::int", "SELECT NULL::bigint", "SELECT 1::bigint, 2::bigint"])
def test_a_copy_of_another_form_is_told_and_not_guessed_at(query: str) -> None:
    with pytest.raises(UnreadableCopy):
        numbers(query, 1)


@pytest.fixture
def many() -> int:
    """A table of some pages, `counted`; how many rows it has."""
    rows = 3_000
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE counted (number bigint, words bigint[], small integer)")
        cursor.execute("INSERT INTO counted SELECT n, ARRAY[n, -n], n FROM generate_series(1, %s) AS n", [rows])
    return rows


def test_a_table_comes_as_columns_and_no_row_is_left_out_or_comes_twice(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PAGES", 3)
    pieces = list(columns(["number", "-number"], "counted"))
    assert len(pieces) > 3
    assert [each for number, _ in pieces for each in number.tolist()] == list(range(1, many + 1))
    assert all((minus == -number).all() for number, minus in pieces)


def test_some_rows_of_a_table_come_beside_what_it_is_joined_with(many: int) -> None:
    joined = "CROSS JOIN unnest(words) AS word"
    ((number, word),) = columns(["number", "word"], "counted", beside=joined, where=f"number > {many - 2}")
    assert list(zip(number.tolist(), word.tolist(), strict=True)) == [
        (each, sign * each) for each in (many - 1, many) for sign in (1, -1)
    ]


@pytest.mark.usefixtures("many")
def test_a_table_without_such_rows_gives_nothing() -> None:
    assert list(columns(["number"], "counted", where="false")) == []


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("name", ["small", "nullif(number, 5)", "number::text", "words"])
def test_columns_of_another_form_are_told_and_not_guessed_at(name: str) -> None:
    with pytest.raises(UnreadableCopy):
        list(columns([name], "counted"))
