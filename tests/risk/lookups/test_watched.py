"""Files that are replaced, written over, damaged or gone while somebody reads them."""

import os
from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from risk.intel import stamps
from risk.lookups.network import NetworkLookup
from risk.lookups.watched import WatchedDatabase

IP = "8.8.8.8"


def write(path: Path, country: str) -> Path:
    """A country file that says this of everybody, put in place in one step."""
    writer = MMDBWriter(6, "Own", ipv4_compatible=True)
    writer.insert_network(IPSet(["8.0.0.0/8"]), {"country": {"iso_code": country}})
    growing = path.with_suffix(".growing")
    writer.to_db_file(str(growing))
    growing.replace(path)
    return path


def country(file: WatchedDatabase) -> object:
    opened = file.look()
    record = opened.reader.get(IP) if opened else None
    return record["country"]["iso_code"] if isinstance(record, dict) else None  # type: ignore[index, call-overload] # a record's form is its file's


def test_a_replaced_file_is_taken_up_and_the_old_reader_reads_on(tmp_path: Path) -> None:
    watched = WatchedDatabase(write(tmp_path / "own.mmdb", "DE"))
    before = watched.look()
    write(tmp_path / "own.mmdb", "FR")
    assert country(watched) == "FR"
    assert before
    assert before.reader.get(IP) == {"country": {"iso_code": "DE"}}


def test_a_file_that_stays_is_opened_once(tmp_path: Path) -> None:
    watched = WatchedDatabase(write(tmp_path / "own.mmdb", "DE"))
    assert watched.look() is watched.look()


@pytest.mark.parametrize("loose", [True, False])
def test_a_damaged_successor_leaves_the_old_in_use(tmp_path: Path, *, loose: bool) -> None:
    watched = WatchedDatabase(write(tmp_path / "own.mmdb", "DE"), loose=loose)
    watched.look()
    bad = tmp_path / "bad"
    bad.write_bytes(b"nonsense")
    bad.replace(tmp_path / "own.mmdb")
    assert country(watched) == "DE"
    write(tmp_path / "own.mmdb", "FR")
    assert country(watched) == "FR"


def test_a_file_cut_short_in_its_place_kills_nobody(tmp_path: Path) -> None:
    """A mapped file would: the kernel ends a process that reads past its end."""
    path = write(tmp_path / "own.mmdb", "DE")
    watched = WatchedDatabase(path, loose=True)
    before = watched.look()
    os.truncate(path, 0)
    assert before
    assert before.reader.get(IP) == {"country": {"iso_code": "DE"}}
    assert country(watched) == "DE"


def test_a_file_that_goes_is_gone(tmp_path: Path) -> None:
    path = write(tmp_path / "own.mmdb", "DE")
    watched = WatchedDatabase(path)
    watched.look()
    path.unlink()
    assert watched.look() is None


def test_a_new_stamp_makes_the_file_younger(tmp_path: Path) -> None:
    path = write(tmp_path / "own.mmdb", "DE")
    stamps.write(path, stamps.Stamp(as_of=1000.0))
    watched = WatchedDatabase(path)
    first = watched.look()
    stamps.write(path, stamps.Stamp(as_of=2000.0))
    second = watched.look()
    assert first
    assert second
    assert (first.as_of, second.as_of) == (1000.0, 2000.0)


def test_an_own_file_replaced_on_disk_is_read_without_a_restart(tmp_path: Path) -> None:
    own = write(tmp_path / "GeoIP2-City.mmdb", "DE")
    lookup = NetworkLookup(tmp_path, {"country": str(own)})
    write(own, "FR")
    lookup.look_again()
    record = lookup.find(IP)
    assert record
    assert record.country == "FR"
