"""The command that refreshes network data."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from config.lib.locks import FileLock
from risk.intel.refresh import LOCK
from risk.intel.sources import folder_of
from tests.risk.intel.web import Web, serving

EXITS = "\n".join(f"185.220.101.{number}" for number in range(1, 201))


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def test_the_command_tells_of_each_source_and_fails_where_nothing_is_left(
    tmp_path: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"tor": web.page("/exits", EXITS), "vpn": f"{web.url}/gone", "relay": ""}
    with override_settings(GATEHOUSE_HOME=tmp_path, NETWORK_DATA=places), pytest.raises(CommandError, match="vpn"):
        call_command("refresh_intel")
    said = capsys.readouterr().out
    assert "refreshed" in said
    assert "answered 404" in said
    with override_settings(GATEHOUSE_HOME=tmp_path, NETWORK_DATA=places | {"vpn": web.page("/vpn", "1.1.1.0/24")}):
        call_command("refresh_intel")
    web.pages.clear()
    with override_settings(GATEHOUSE_HOME=tmp_path, NETWORK_DATA=places):
        call_command("refresh_intel")  # what was there before stays, and the exit code is 0


def test_the_command_without_places_says_where_to_find_some(capsys: pytest.CaptureFixture[str]) -> None:
    with override_settings(NETWORK_DATA={"tor": ""}):
        call_command("refresh_intel")
    assert "docs/production.md" in capsys.readouterr().out


def test_a_second_command_at_the_same_time_is_told_so(tmp_path: Path) -> None:
    folder_of(tmp_path).mkdir()
    lock = FileLock(folder_of(tmp_path) / LOCK)
    lock.take()
    with (
        override_settings(GATEHOUSE_HOME=tmp_path, NETWORK_DATA={"tor": "/nowhere"}),
        pytest.raises(CommandError, match="another process"),
    ):
        call_command("refresh_intel")
    lock.drop()
