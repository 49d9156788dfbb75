"""refresh_intel: what is good is taken, what is bad is refused, what was there stays, and readers never notice."""

import gzip
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import maxminddb
import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from config.lib.locks import FileLock
from risk.intel import stamps
from risk.intel.refresh import LOCK, Became, RefreshRunning, Result, Wish, refresh
from risk.intel.sources import SOURCES, built_file, fetched_file, folder_of
from risk.lookups.network import NetworkLookup
from tests.risk.intel.web import Web, serving

TOR = next(source for source in SOURCES if source.name == "tor")
EXITS = "\n".join(f"185.220.101.{number}" for number in range(1, 201))
EXIT, NO_EXIT = "185.220.101.7", "8.8.8.8"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def run(home: Path, wish: Wish | None = None, **places: str) -> Result:
    """Refresh one source."""
    (result,) = refresh(home, places, wish or Wish(), lambda _: None)
    return result


def services(home: Path, ip: str, **places: str) -> tuple[str, ...]:
    record = NetworkLookup(home, places).find(ip)
    return record.services if record else ()


def test_a_list_is_fetched_compiled_and_found(tmp_path: Path, web: Web) -> None:
    place = web.page("/exits", EXITS)
    result = run(tmp_path, tor=place)
    assert (result.became, result.entries, result.bad) == (Became.REFRESHED, 200, 0)
    lookup = NetworkLookup(tmp_path, {"tor": place})
    record, other = lookup.find(EXIT), lookup.find(NO_EXIT)
    assert record
    assert other
    assert (record.services, record.services_known) == (("tor",), ("tor",))
    assert other.services == ()


def test_what_has_not_changed_is_not_sent_again_and_counts_as_fresh(tmp_path: Path, web: Web) -> None:
    place = web.page("/exits", EXITS, headers={"ETag": '"one"', "Last-Modified": "Mon, 03 Aug 2026 00:00:00 GMT"})
    run(tmp_path, tor=place)
    old = stamps.read(fetched_file(tmp_path, TOR))
    result = run(tmp_path, tor=place)
    new = stamps.read(fetched_file(tmp_path, TOR))
    assert (result.became, result.entries) == (Became.UNCHANGED, 200)
    assert web.asked[1]["If-None-Match"] == '"one"'
    assert web.asked[1]["If-Modified-Since"] == "Mon, 03 Aug 2026 00:00:00 GMT"
    assert old
    assert new
    assert new.as_of > old.as_of


def test_another_place_is_asked_without_the_marks_of_the_first(tmp_path: Path, web: Web) -> None:
    run(tmp_path, tor=web.page("/one", EXITS, headers={"ETag": '"one"'}))
    result = run(tmp_path, tor=web.page("/two", "1.1.1.1"))
    assert "If-None-Match" not in web.asked[1]
    assert (result.became, result.entries) == (Became.REFRESHED, 1)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param("", "no entries", id="empty"),
        pytest.param("<html><body>Sign in to the wireless network</body></html>", "no entries", id="a page"),
        pytest.param("1.1.1.1\n<html>\n</html>", "2 lines cannot be read", id="mostly no list"),
        pytest.param(os.urandom(5000), "no entries", id="noise"),
        pytest.param("0.0.0.0/0\n::/0\n10.0.0.0/8\n192.168.1.1", "no entries", id="everybody and nobody"),
        pytest.param("\n".join(f"1.1.1.{n}" for n in range(99)), "shrank from 200 to 99", id="shrunk"),
    ],
)
def test_what_is_worse_is_refused_and_the_old_stays(tmp_path: Path, web: Web, body: str | bytes, why: str) -> None:
    place = web.page("/exits", EXITS)
    run(tmp_path, tor=place)
    web.page("/exits", body)
    result = run(tmp_path, tor=place)
    assert result.became is Became.REFUSED
    assert why in result.detail
    assert not result.lost
    assert services(tmp_path, EXIT, tor=place) == ("tor",)


def test_a_shrunk_list_is_taken_when_told_to(tmp_path: Path, web: Web) -> None:
    place = web.page("/exits", EXITS)
    run(tmp_path, tor=place)
    web.page("/exits", "1.1.1.1")
    assert run(tmp_path, Wish(shrunk=True), tor=place).became is Became.REFRESHED


@pytest.mark.parametrize(
    "page",
    [
        pytest.param({"status": 500}, id="an error"),
        pytest.param({"status": 404}, id="gone"),
        pytest.param({"status": 302, "headers": {"Location": "file:///etc/passwd"}}, id="leads to a file"),
        pytest.param({"status": 302, "headers": {"Location": "/exits"}}, id="leads in a circle"),
        pytest.param({"length": 999_999}, id="cut short"),
    ],
)
def test_what_cannot_be_had_fails_and_the_old_stays(tmp_path: Path, web: Web, page: dict[str, object]) -> None:
    place = web.page("/exits", EXITS)
    run(tmp_path, tor=place)
    web.page("/exits", EXITS, **page)
    result = run(tmp_path, tor=place)
    assert (result.became, result.kept, result.lost) == (Became.FAILED, True, False)
    assert services(tmp_path, EXIT, tor=place) == ("tor",)
    assert not list(tmp_path.glob("**/.*"))


def test_bad_lines_are_counted_and_named_and_the_rest_is_taken(tmp_path: Path, web: Web) -> None:
    result = run(tmp_path, tor=web.page("/exits", f"{EXITS}\nnonsense\n10.0.0.1\n"))
    assert (result.became, result.entries, result.bad) == (Became.REFRESHED, 200, 2)
    assert result.detail == "not usable: line 201, 202"


def test_a_list_on_disk_is_as_old_as_the_file(tmp_path: Path) -> None:
    own = tmp_path / "exits.txt"
    own.write_text(EXITS)
    two_days_ago = time.time() - 2 * 86400
    os.utime(own, (two_days_ago, two_days_ago))
    assert run(tmp_path, tor=str(own)).became is Became.REFRESHED
    assert run(tmp_path, tor=str(own)).became is Became.UNCHANGED
    (age,) = [age for age in NetworkLookup(tmp_path, {"tor": str(own)}).ages() if age.source is TOR]
    assert age.days == pytest.approx(2, abs=0.01)
    own.write_text(f"{EXITS}\n1.1.1.1")
    assert run(tmp_path, tor=str(own)).entries == 201


def test_no_message_repeats_an_address(tmp_path: Path, web: Web, caplog: pytest.LogCaptureFixture) -> None:
    result = run(tmp_path, tor=f"{web.url}/gone?license_key=secret")
    assert run(tmp_path, tor="http://127.0.0.1:1/?license_key=secret").became is Became.FAILED
    run(tmp_path, tor=web.page("/exits?license_key=secret", EXITS))
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "secret" not in result.detail + caplog.text
    assert b"secret" not in written


def anonymous_file(path: Path, network: str = "185.220.101.0/24") -> Path:
    """A file in the form of GeoIP2 Anonymous IP."""
    writer = MMDBWriter(6, "GeoIP2-Anonymous-IP", ipv4_compatible=True)
    flags = {"is_anonymous": True, "is_anonymous_vpn": True, "is_residential_proxy": True}
    writer.insert_network(IPSet([network]), flags)
    writer.to_db_file(str(path))
    return path


def test_a_database_at_an_address_is_fetched_and_one_that_is_damaged_refused(tmp_path: Path, web: Web) -> None:
    whole = anonymous_file(tmp_path / "own.mmdb").read_bytes()
    place = web.page("/anonymous.mmdb.gz", gzip.compress(whole))
    assert run(tmp_path, anonymous=place).became is Became.REFRESHED
    web.page("/anonymous.mmdb.gz", whole[: len(whole) // 2])
    assert run(tmp_path, anonymous=place).became is Became.REFUSED
    assert services(tmp_path, EXIT, anonymous=place) == ("residential_proxy", "vpn")


def test_a_database_of_ones_own_is_read_where_it_stands(tmp_path: Path) -> None:
    own = anonymous_file(tmp_path / "own.mmdb")
    assert run(tmp_path, anonymous=str(own)).became is Became.READ_IN_PLACE
    assert services(tmp_path, EXIT, anonymous=str(own)) == ("residential_proxy", "vpn")
    assert run(tmp_path, anonymous=str(tmp_path / "gone.mmdb")).lost


def test_a_stale_list_is_as_none_and_says_so(tmp_path: Path, web: Web) -> None:
    place = web.page("/exits", EXITS)
    run(tmp_path, tor=place)
    file = fetched_file(tmp_path, TOR)
    stamp = stamps.read(file)
    assert stamp
    stamps.write(file, stamps.Stamp(as_of=time.time() - (TOR.stale_days * 86400 + 60), origin=stamp.origin))
    lookup = NetworkLookup(tmp_path, {"tor": place})
    assert lookup.find(EXIT) is None
    assert lookup.missing()["tor"] == "stale"
    assert run(tmp_path, tor=place).became is Became.REFRESHED
    lookup.look_again()
    assert "tor" not in lookup.missing()


def test_threads_read_on_while_a_list_is_replaced(tmp_path: Path, web: Web) -> None:
    one, two = EXITS, "\n".join(["185.220.101.7", *(f"9.9.9.{number}" for number in range(200))])
    place = web.page("/exits", one)
    run(tmp_path, tor=place)
    lookup = NetworkLookup(tmp_path, {"tor": place})
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            record = lookup.find(EXIT)
            if record is None or record.services != ("tor",):
                wrong.append(record)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(10):
        web.page("/exits", two if turn % 2 == 0 else one)
        assert run(tmp_path, tor=place).became is Became.REFRESHED
        lookup.look_again()
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    record = lookup.find("185.220.101.8")
    assert record
    assert record.services == ("tor",)


def test_a_running_process_takes_up_a_new_file_by_itself(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("risk.lookups.network.POLL_SECONDS", 0.05)
    place = web.page("/exits", EXITS)
    lookup = NetworkLookup(tmp_path, {"tor": place})
    assert lookup.find(EXIT) is None
    run(tmp_path, tor=place)
    deadline = time.monotonic() + 5
    while lookup.find(EXIT) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    record = lookup.find(EXIT)
    assert record
    assert record.services == ("tor",)


def test_two_at_once_do_not_write_at_once(tmp_path: Path) -> None:
    folder_of(tmp_path).mkdir()
    lock = FileLock(folder_of(tmp_path) / LOCK)
    lock.take()
    with pytest.raises(RefreshRunning):
        run(tmp_path, tor="/nowhere")
    lock.drop()
    assert run(tmp_path, tor="/nowhere").lost


def test_killed_half_way_leaves_the_old_file_whole(tmp_path: Path, web: Web) -> None:
    place = web.page("/exits", EXITS)
    run(tmp_path, tor=place)
    slow = web.page("/slow", "\n".join(f"9.9.9.{number}" for number in range(250)), pause=0.2)
    body = f"""
from pathlib import Path
from risk.intel.refresh import Wish, refresh
refresh(Path({str(tmp_path)!r}), {{"tor": {slow!r}}}, Wish(), print)
"""
    with subprocess.Popen([sys.executable, "-c", body], cwd=Path.cwd()) as process:
        deadline = time.monotonic() + 20
        while not list(tmp_path.glob("intel/refreshed/.*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
    assert services(tmp_path, EXIT, tor=place) == ("tor",)
    assert run(tmp_path, tor=place).became in {Became.REFRESHED, Became.UNCHANGED}
    assert not list(tmp_path.glob("intel/refreshed/.*"))
    maxminddb.open_database(fetched_file(tmp_path, TOR)).close()


def test_what_set_up_built_counts_as_data_from_before(tmp_path: Path, web: Web) -> None:
    run(tmp_path, vpn=web.page("/vpn", "1.1.1.0/24"))
    vpn = next(source for source in SOURCES if source.name == "vpn")
    fetched_file(tmp_path, vpn).replace(built_file(tmp_path, vpn))
    result = run(tmp_path, vpn=f"{web.url}/gone")
    assert (result.became, result.lost) == (Became.FAILED, False)


def test_only_what_is_due_is_asked(tmp_path: Path, web: Web) -> None:
    place = web.page("/exits", EXITS)
    due = Wish(only_due=True)
    assert len(refresh(tmp_path, {"tor": place}, due, lambda _: None)) == 1
    assert refresh(tmp_path, {"tor": place}, due, lambda _: None) == []
    assert len(refresh(tmp_path, {"tor": web.page("/other", EXITS)}, due, lambda _: None)) == 1
