"""JSON Lines from outside: each line an object, or a reason why not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

LINE_MAX_BYTES = 256 * 1024  # as the largest body over HTTP


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number from 1, and its object, or why there is none."""

    number: int
    value: dict[str, Any] | None
    error: str | None = None


def read(path: Path) -> Iterator[Line]:
    """The lines of a file that are not blank. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        for number, raw in enumerate(_bounded(file), start=1):
            if raw.strip():
                yield _line(number, raw)


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines, each cut where it is too long to be read, so that no line fills the memory."""
    while line := file.readline(LINE_MAX_BYTES + 1):
        ended = line.endswith(b"\n")
        while not ended and (rest := file.readline(LINE_MAX_BYTES + 1)):
            ended = rest.endswith(b"\n")
            line = line[: LINE_MAX_BYTES + 1]
        yield line


def _line(number: int, raw: bytes) -> Line:
    if len(raw) > LINE_MAX_BYTES:
        return Line(number, None, f"the line is longer than {LINE_MAX_BYTES} bytes")
    try:
        value = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Line(number, None, "not UTF-8")
    except (ValueError, RecursionError) as error:
        return Line(number, None, f"not JSON: {error}")
    if not isinstance(value, dict):
        return Line(number, None, "not a JSON object")
    return Line(number, value)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)  # made once: json.loads would make one for each line
