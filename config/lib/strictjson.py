"""JSON as an interface should read it: what is ambiguous, endless or unstorable is refused, with the reason.

RFC 8259 leaves duplicate names, huge numbers and depth to the reader; I-JSON (RFC 7493) forbids what is refused here.
"""

import json
import math
from typing import Any, Final

MAX_DEPTH: Final = 16  # far more than any body of the interface has, far less than the interpreter's stack
MAX_INTEGER: Final = 2**63 - 1  # what a database column holds


class JSONRefusedError(ValueError):
    """The text is not JSON that can be read safely. The message says why and shows nothing of the text."""


def loads(raw: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        JSONRefusedError: it is not UTF-8, not JSON, has a name twice, NaN or Infinity, a number beyond 64 bits or is
            nested deeper than MAX_DEPTH.

    """
    try:
        text = raw.decode("utf-8")
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise JSONRefusedError(f"The body is not UTF-8 from byte {error.start} on.") from None
    except json.JSONDecodeError as error:
        raise JSONRefusedError(f"The body is not JSON from line {error.lineno}, column {error.colno} on.") from None
    except RecursionError:
        raise JSONRefusedError(_TOO_DEEP) from None
    if text.count("[") + text.count("{") > MAX_DEPTH and _deeper_than(value, MAX_DEPTH):
        raise JSONRefusedError(_TOO_DEEP)
    return value


_TOO_DEEP = f"The body is nested deeper than {MAX_DEPTH} levels."


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise JSONRefusedError("An object of the body has the same name twice.")
    return made


def _integer(digits: str) -> int:
    # Python itself refuses texts of over 4,300 digits, and takes long over those just below.
    if len(digits) > len(str(MAX_INTEGER)) + 1 or abs(int(digits)) > MAX_INTEGER:
        raise JSONRefusedError("A number of the body is beyond 64 bits.")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise JSONRefusedError("A number of the body is beyond 64 bits.")
    return number


def _constant(name: str) -> float:
    raise JSONRefusedError(f"{name} is not JSON.")


def _deeper_than(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _inside(outer)]
    return any(isinstance(left, dict | list) for left in level)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
