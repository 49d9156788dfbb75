"""Brings a source's file: over http(s), asked whether it has changed, or from disk. Bounded in time and size.

The places are the operator's own, from settings. Still, only http and https are followed, an https address never leads
to an unencrypted one, and no message repeats an address: it may hold a licence key.
"""

import gzip
import hashlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO

import requests

from risk.intel.sources import is_url
from risk.intel.stamps import Stamp

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0
LONGEST_SECONDS = 180.0  # for a whole file
MOST_BYTES = 300 * 1024 * 1024  # GeoIP2-City has about 130 MB
MOST_REDIRECTS = 5
BLOCK = 1 << 16
GZIP = b"\x1f\x8b"
AGENT = "Gatehouse refresh_intel"


class FetchFailed(Exception):
    """The file could not be had; the message says why, without its address."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came. `changed` is False where the source says that it is what it was."""

    changed: bool
    as_of: float  # seconds since 1970
    etag: str = ""
    last_modified: str = ""


def origin_of(place: str) -> str:
    """A digest that tells one place from another and gives nothing of it away."""
    return hashlib.sha256(place.encode()).hexdigest()[:16]


def fetch(place: str, into: Path, before: Stamp | None) -> Fetched:
    """Bring what is at a place into a file, unless it is what it was by the stamp of before.

    Raises:
        FetchFailed: it cannot be had, is too large or too slow.
        OSError: `into` cannot be written.

    """
    fetched = _over_http(place, into, before) if is_url(place) else _from_disk(Path(place), into, before)
    if fetched.changed:
        _unpack(into)
    return fetched


def _from_disk(path: Path, into: Path, before: Stamp | None) -> Fetched:
    try:
        status = path.stat()
        mark = f"{status.st_mtime_ns}-{status.st_size}-{status.st_ino}"
        as_of = min(status.st_mtime, time.time())
        if before is not None and before.etag == mark:
            return Fetched(changed=False, as_of=as_of, etag=mark)
        if status.st_size > MOST_BYTES:
            raise FetchFailed("too large")
        shutil.copyfile(path, into)
    except (OSError, shutil.SpecialFileError) as problem:
        raise FetchFailed(f"the file cannot be read ({type(problem).__name__})") from None
    return Fetched(changed=True, as_of=as_of, etag=mark)


def _over_http(place: str, into: Path, before: Stamp | None) -> Fetched:
    deadline = time.monotonic() + LONGEST_SECONDS
    try:
        with requests.Session() as session:
            session.max_redirects = MOST_REDIRECTS
            asked = _question(before)
            timeout = (CONNECT_SECONDS, READ_SECONDS)
            with session.get(place, headers=asked, stream=True, timeout=timeout) as answer:
                _refuse_downgrade(place, answer)
                return _take(answer, into, before, deadline=deadline)
    except requests.RequestException as problem:
        raise FetchFailed(f"no answer ({type(problem).__name__})") from None


def _question(before: Stamp | None) -> dict[str, str]:
    asked = {"User-Agent": AGENT}
    if before is not None and before.etag:
        asked["If-None-Match"] = before.etag
    if before is not None and before.last_modified:
        asked["If-Modified-Since"] = before.last_modified
    return asked


def _refuse_downgrade(place: str, answer: requests.Response) -> None:
    steps = [place, *(step.url or "" for step in answer.history), answer.url or ""]
    secure = [step.lower().startswith("https://") for step in steps]
    if secure != sorted(secure):
        raise FetchFailed("an https address led to one without encryption")


def _take(answer: requests.Response, into: Path, before: Stamp | None, *, deadline: float) -> Fetched:
    now = time.time()
    if answer.status_code == HTTPStatus.NOT_MODIFIED and before is not None:
        return Fetched(False, now, before.etag, before.last_modified)
    if answer.status_code != HTTPStatus.OK:
        raise FetchFailed(f"answered {answer.status_code}")
    with into.open("wb") as file:
        _copy(answer.iter_content(BLOCK), file, deadline=deadline)
    return Fetched(True, now, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))


def _copy(blocks: Iterator[bytes], file: IO[bytes], *, deadline: float) -> None:
    size = 0
    for block in blocks:
        size += len(block)
        if size > MOST_BYTES:
            raise FetchFailed("too large")
        if time.monotonic() > deadline:
            raise FetchFailed(f"not done within {LONGEST_SECONDS:g} s")
        file.write(block)


def _unpack(path: Path) -> None:
    """Take a gzipped file apart in its place."""
    with path.open("rb") as file:
        if file.read(len(GZIP)) != GZIP:
            return
    unpacked = path.with_name(f"{path.name}.unpacked")
    try:
        with gzip.open(path, "rb") as packed, unpacked.open("wb") as file:
            blocks = iter(lambda: packed.read(BLOCK), b"")
            _copy(blocks, file, deadline=time.monotonic() + LONGEST_SECONDS)
        unpacked.replace(path)
    except (EOFError, gzip.BadGzipFile, OSError, ValueError) as problem:
        raise FetchFailed(f"cannot be unpacked ({type(problem).__name__})") from None
    finally:
        unpacked.unlink(missing_ok=True)
