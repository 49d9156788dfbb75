"""Numbers come out of PostgreSQL as they are stored, and what is not of that form is told and not guessed at."""

import pytest

from risk.rings.copying import UnreadableCopy, numbers

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
