"""Files are brought whole, within bounds of time and size, and from nowhere that nobody named."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from risk.intel import fetch
from risk.intel.fetch import Fetched, FetchFailed, origin_of
from risk.intel.stamps import Stamp
from tests.risk.intel.web import Web, serving

EXITS = "\n".join(f"185.220.101.{number}" for number in range(1, 201))


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def bring(folder: Path, place: str, before: Stamp | None = None) -> Fetched:
    return fetch.fetch(place, folder / "came", before)


def test_what_is_too_slow_is_given_up(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LONGEST_SECONDS", 0.3)
    monkeypatch.setattr(fetch, "BLOCK", 64)
    begun = time.monotonic()
    with pytest.raises(FetchFailed, match="not done within"):
        bring(tmp_path, web.page("/exits", EXITS, pause=0.1))
    assert time.monotonic() - begun < 3


def test_what_is_too_large_is_given_up(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MOST_BYTES", 1000)
    with pytest.raises(FetchFailed, match="too large"):
        bring(tmp_path, web.page("/exits", EXITS))
    packed = gzip.compress(b"1.1.1.1\n" * 50_000)
    assert len(packed) < 1000
    with pytest.raises(FetchFailed, match="too large"):
        bring(tmp_path, web.page("/exits", packed))


def test_a_gzipped_file_is_unpacked_and_one_cut_short_refused(tmp_path: Path, web: Web) -> None:
    bring(tmp_path, web.page("/exits", gzip.compress(EXITS.encode())))
    assert (tmp_path / "came").read_text() == EXITS
    with pytest.raises(FetchFailed, match="unpacked"):
        bring(tmp_path, web.page("/exits", gzip.compress(EXITS.encode())[:-20]))


def test_a_file_cut_short_on_the_way_is_refused(tmp_path: Path, web: Web) -> None:
    with pytest.raises(FetchFailed, match="no answer"):
        bring(tmp_path, web.page("/exits", EXITS, length=999_999))


@pytest.mark.parametrize("leads_to", ["file:///etc/passwd", "ftp://127.0.0.1/exits", "/exits"])
def test_an_address_that_leads_nowhere_is_refused(tmp_path: Path, web: Web, leads_to: str) -> None:
    with pytest.raises(FetchFailed, match="no answer"):
        bring(tmp_path, web.page("/exits", status=302, headers={"Location": leads_to}))


def test_an_address_that_leads_on_is_followed(tmp_path: Path, web: Web) -> None:
    web.page("/exits", EXITS)
    assert bring(tmp_path, web.page("/old", status=302, headers={"Location": "/exits"})).changed
    assert (tmp_path / "came").read_text() == EXITS


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        (["https://one", "https://two"], False),
        (["http://one", "https://two"], False),
        (["http://one", "http://two"], False),
        (["https://one", "http://two"], True),
        (["https://one", "http://two", "https://three"], True),
    ],
)
def test_encryption_is_never_given_up_on_the_way(steps: list[str], *, refused: bool) -> None:
    answers = [requests.Response() for _ in steps]
    for answer, step in zip(answers, steps, strict=True):
        answer.url = step
    answers[-1].history = answers[:-1]
    try:
        fetch._refuse_downgrade(steps[0], answers[-1])
    except FetchFailed:
        assert refused
    else:
        assert not refused


def test_a_missing_file_is_told_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(FetchFailed) as failed:
        bring(tmp_path, str(tmp_path / "secret.txt"))
    assert "secret" not in str(failed.value)


def test_a_place_is_told_from_another_and_not_given_away() -> None:
    assert origin_of("http://one/?key=secret") != origin_of("http://two/?key=secret")
    assert "secret" not in origin_of("http://one/?key=secret")
