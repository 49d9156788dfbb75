"""What the comparison of cohorts promises: both ways find the same members, link by link."""

from bench.cohorts import in_arrays, in_duckdb
from tests.risk.rings.people import People, operator


def test_arrays_and_sql_find_equally_many_members_for_every_link_and_pair() -> None:
    people = People(2_000)
    people.group(40, operator(people))
    accounts = people.columns()
    assert in_arrays(accounts) == in_duckdb(accounts)
    assert sum(in_arrays(accounts)) > 40
