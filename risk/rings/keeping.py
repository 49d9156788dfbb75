"""The census of the last full round as files: written whole, read as memory that the system maps as it is needed.

Each census is a folder of arrays, and `census.json` says which folder is the one in force and what its files sum up to.
A round reads one census or another and never parts of two. One that is cut, changed or of another version is none: the
next round is then a full one, and writes it anew. It holds keyed hashes, as traces do, and can be deleted at any time.
"""

import json
import secrets
import shutil
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from risk.rings.census import Census, Counted
from risk.rings.columns import NOVEL_PAIRS, Counts
from risk.rings.links import Link

VERSION = 1  # of the files' form and of what the places of a trace mean
PLACE = "rings"  # within GATEHOUSE_HOME
PARTS = ("code", "values", "order", "starts", "among")  # of what is counted of a link
Arrays = dict[str, NDArray[Any]]

_sound: set[str] = set()  # folders that this process has found to be as they were written


def folder() -> Path:
    """Where it is kept."""
    return Path(settings.GATEHOUSE_HOME) / PLACE


def save(census: Census) -> None:
    """Put a census in force.

    Raises:
        OSError: it cannot be written; the one before stays in force.

    """
    name = f"census-{secrets.token_hex(8)}"
    into = folder() / name
    into.mkdir(parents=True)
    try:
        sums = {key: _written(into / f"{key}.npy", array) for key, array in _arrays(census).items()}
        part = into / "census.json"
        part.write_text(json.dumps({"version": VERSION, "folder": name, "sums": sums}), encoding="utf-8")
        part.replace(folder() / "census.json")
    except OSError:
        shutil.rmtree(into, ignore_errors=True)
        raise
    for other in folder().glob("census-*"):
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)


def forget() -> None:
    """Remove the census, which holds traces of somebody who is erased: the next round looks at all accounts."""
    (folder() / "census.json").unlink(missing_ok=True)
    for kept in folder().glob("census-*"):
        shutil.rmtree(kept, ignore_errors=True)


def _written(path: Path, array: NDArray[Any]) -> int:
    np.save(path, np.ascontiguousarray(array))
    return zlib.crc32(np.load(path, mmap_mode="r"))


def load() -> Census | None:
    """The census in force; None where there is none that can be read."""
    try:
        told = json.loads((folder() / "census.json").read_text(encoding="utf-8"))
        if told["version"] != VERSION:
            return None
        kept = folder() / str(told["folder"])
        arrays = {key: np.load(kept / f"{key}.npy", mmap_mode="r") for key in told["sums"]}
        if kept.name not in _sound:
            if any(zlib.crc32(array) != told["sums"][key] for key, array in arrays.items()):
                return None
            _sound.add(kept.name)
        return _census(arrays)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _arrays(census: Census) -> Arrays:
    arrays: Arrays = {"subjects": census.subjects, "at": census.at, "program": census.program, "tells": census.tells}
    for link, of in census.of.items():
        arrays |= {f"{link.name}.{part}": getattr(of, part) for part in PARTS}
        arrays |= _counts(f"{link.name}.here", of.here)
        arrays |= _counts(f"{link.name}.home", of.home) if of.home is not None else {}
    for number, counts in enumerate(census.parts):
        arrays |= _counts(f"parts.{number}", counts)
    return arrays


def _counts(name: str, counts: Counts) -> Arrays:
    return {f"{name}.keys": counts.keys, f"{name}.count": counts.count.astype(np.int32)}


def _census(arrays: Arrays) -> Census:
    of = {link: _counted(arrays, link.name) for link in Link if f"{link.name}.code" in arrays}
    parts = tuple(_of_counts(arrays, f"parts.{number}") for number in range(len(NOVEL_PAIRS)))
    return Census(arrays["subjects"], arrays["at"], arrays["program"], of, parts, arrays["tells"])


def _counted(arrays: Arrays, name: str) -> Counted:
    code, values, order, starts, among = (arrays[f"{name}.{part}"] for part in PARTS)
    home = _of_counts(arrays, f"{name}.home") if f"{name}.home.keys" in arrays else None
    return Counted(code, values, order, starts, among, _of_counts(arrays, f"{name}.here"), home)


def _of_counts(arrays: Arrays, name: str) -> Counts:
    return Counts(arrays[f"{name}.keys"], arrays[f"{name}.count"])
