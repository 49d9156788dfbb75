"""The table of sources, and where each is read from."""

from pathlib import Path

import pytest
from django.conf import settings

from config.lib import env
from risk.intel.sources import SOURCES, Format, Service, files_of, is_url

HOME = Path("/home")
BY_NAME = {source.name: source for source in SOURCES}


def test_every_source_has_its_setting_and_every_service_a_source() -> None:
    assert set(settings.NETWORK_DATA) == set(BY_NAME)
    assert {source.setting for source in SOURCES} <= set(env.registry())
    assert {service for source in SOURCES for service in source.tells} == set(Service)


def test_a_list_tells_one_thing_and_is_looked_for_well_before_it_is_stale() -> None:
    assert all(len(source.tells) == 1 for source in SOURCES if source.format is not Format.MMDB)
    assert all(source.every_hours * 3 <= source.stale_days * 24 for source in SOURCES)


@pytest.mark.parametrize(
    ("name", "place", "files"),
    [
        ("country", None, ["/home/intel/country.mmdb"]),
        ("country", "/own/city.mmdb", ["/own/city.mmdb"]),
        ("country", "https://own/x.mmdb", ["/home/intel/refreshed/country.mmdb", "/home/intel/country.mmdb"]),
        ("tor", "/own/exits.txt", ["/home/intel/refreshed/tor.mmdb", "/home/intel/tor.mmdb"]),
    ],
)
def test_a_source_is_read_from_where_its_place_leaves_it(name: str, place: str | None, files: list[str]) -> None:
    assert [str(path) for path in files_of(HOME, BY_NAME[name], place)] == files


@pytest.mark.parametrize(
    ("place", "url"),
    [("http://x/", True), ("HTTPS://x/", True), ("/x", False), ("file:///x", False), ("ftp://x", False)],
)
def test_only_http_is_fetched(place: str, *, url: bool) -> None:
    assert is_url(place) is url
