"""The table of clocks is what tzdata says."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

from risk.intel.country_offsets import COUNTRIES, OFFSETS


def zones_of_countries() -> list[tuple[str, str]]:
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return [(row[0], row[2]) for row in rows]


def zone(name: str) -> ZoneInfo:
    """The zone as the installed package has it, whatever the system has."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def test_the_table_is_that_of_the_installed_tzdata() -> None:
    weeks = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(weeks=week) for week in range(157)]
    made: dict[str, set[int]] = defaultdict(set)
    for country, name in zones_of_countries():
        clock = zone(name)
        for week in weeks:
            ahead = week.astimezone(clock).utcoffset() or timedelta()
            made[country].add(int(ahead.total_seconds()) // 60)
    assert {country: tuple(sorted(offsets)) for country, offsets in made.items()} == OFFSETS


def test_no_country_stands_twice() -> None:
    named = [country for countries in COUNTRIES.values() for country in countries.split()]
    assert len(named) == len(set(named))
