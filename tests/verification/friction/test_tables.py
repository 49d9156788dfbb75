"""The report in words: what the console and a terminal show."""

from risk.friction import Friction
from risk.groups import Dimension
from verification.friction.report import Counts, report
from verification.friction.tables import TITLES, alarms, cells, rows, tables

TOLD = report(
    {
        (Dimension.NETWORK, "home"): Counts(allow=900, challenge=100),
        (Dimension.LANGUAGE, "is"): Counts(allow=20, challenge=80),
    },
    Friction(budget=0.1),
)


def test_an_alarm_is_a_sentence() -> None:
    assert alarms(TOLD) == [
        "Language is: challenged 80.0 % of 100, at least 71.1 %; over the policy's budget, 10.0 %",
        "Language is: challenged or worse 80.0 % of 100, at least 71.1 %; over three times everybody's, 30.0 %",
    ]


def test_each_rate_has_its_interval_and_what_there_is_none_of_has_none() -> None:
    shown = dict(zip(TITLES.values(), cells(TOLD.overall), strict=True))
    assert shown["Challenged"] == ("10.0 %", "8.3 to 12.0")
    assert shown["Stepped up"] == ("none", "")


def test_rows_mark_the_groups_that_an_alarm_is_about() -> None:
    marked = [group.value for _, lines in rows(TOLD) for group, _, alarming in lines if alarming]
    assert marked == ["is"]


def test_a_terminal_shows_a_table_of_each_dimension_with_everybody_below() -> None:
    assert [table.row_count for table in tables(TOLD)] == [1, 1, 2, 1, 2]
