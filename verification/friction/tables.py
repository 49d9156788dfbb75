"""The friction report in words and tables: what the console and a terminal show."""

from collections.abc import Iterable, Iterator

from rich.table import Table

from verification.friction.overturning import Overturned
from verification.friction.report import Alarm, Group, Over, Rate, RateName, Report, shown

TITLES = {
    RateName.ALLOW: "Allowed",
    RateName.CHALLENGE: "Challenged",
    RateName.REVIEW: "Reviewed",
    RateName.DENY: "Denied",
    RateName.STOPPED: "Challenged or worse",
    RateName.STEP_UP: "Stepped up",
    RateName.PASSED: "Passed it",
    RateName.HELD: "Held",
}
LIMITS = {Over.OVERALL: "three times everybody's", Over.BUDGET: "the policy's budget"}
NONE = "none"
ROWS = 15  # of a table on a terminal; the JSON has all


def alarms(told: Report) -> list[str]:
    """Each alarm as a sentence."""
    return [_told(alarm) for alarm in told.alarms]


def tables(told: Report) -> Iterator[Table]:
    """What fits a screen: the largest groups of each dimension."""
    for dimension, groups in told.groups.items():
        table = Table(dimension.capitalize(), "Accounts", *TITLES.values(), title=f"By {dimension}")
        for group in (*groups[:ROWS], told.overall):
            share = [f"{share}\n{interval}".rstrip() for share, interval in cells(group)]
            table.add_row(group.value or "everybody", f"{group.counts.accounts:,}", *share)
        yield table


def rows(told: Report) -> Iterator[tuple[str, list[tuple[Group, list[tuple[str, str]], bool]]]]:
    """By dimension: each group with its cells, and whether an alarm is about it."""
    alarming = {(alarm.dimension, alarm.value) for alarm in told.alarms}
    for dimension, groups in told.groups.items():
        yield (
            dimension.capitalize(),
            [(group, cells(group), (group.dimension, group.value) in alarming) for group in shown(groups)],
        )


def overturned_rows(told: Iterable[Overturned]) -> list[tuple[str, int, str, str]]:
    """By reason: how many appeals were answered, and which share was overturned, with its interval."""
    return [(each.reason or "all", each.rate.of, *_cell(each.rate)) for each in told]


def cells(group: Group) -> list[tuple[str, str]]:
    """A share and its interval in percent, for each of TITLES."""
    return [_cell(group.rates[name]) for name in TITLES]


def _cell(rate: Rate) -> tuple[str, str]:
    if rate.share is None:
        return NONE, ""
    low, high = rate.interval
    return _percent(rate.share), f"{100 * low:.1f} to {100 * high:.1f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _told(alarm: Alarm) -> str:
    return (
        f"{alarm.dimension.capitalize()} {alarm.value}: {TITLES[alarm.rate].lower()} {_percent(alarm.share)} of "
        f"{alarm.accounts:,}, at least {_percent(alarm.low)}; over {LIMITS[alarm.over]}, {_percent(alarm.limit)}"
    )
