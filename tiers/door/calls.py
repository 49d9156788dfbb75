"""A call at the door, who makes it, and a reply."""

import io
import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import uuid_utils
from django.conf import settings

from config.lib import auth
from config.lib.auth import REMEMBERED_KEYS, KeyKind, Known, Mode
from config.lib.errors import MEDIA_TYPE, Problem, as_json
from config.lib.http import API_HEADERS, SANE_REQUEST_ID
from config.lib.metering import Meter, meter_of
from config.lib.strictjson import JSONRefusedError, loads

Headers = list[tuple[str, str]]
Environ = dict[str, Any]

JSON_TYPE: Final = re.compile(r"application/json *(;.*)?", re.IGNORECASE)
# What every answer has. Its Cache-Control is its own.
PLAIN: Final[Headers] = [(name, value) for name, value in API_HEADERS.items() if name != "Cache-Control"]
JSON: Final[Headers] = [("Content-Type", "application/json"), *PLAIN]
UNCACHED: Final = ("Cache-Control", API_HEADERS["Cache-Control"])


@dataclass(slots=True)
class Reply:
    """An answer: its status, its headers but those that belong to the call, and its body."""

    status: int
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: its key, what that opens and may still spend, and whether it sees test accounts."""

    known: Known
    scopes: frozenset[str]
    meter: Meter
    test: bool


@dataclass(slots=True)
class Call:
    """One request, as WSGI has it."""

    environ: Environ
    path: str
    now: float  # time.monotonic()
    told: Headers  # the RateLimit headers, once the call was counted

    def caller(self, scope: str, *, key: str | None = None) -> Caller | None:
        """Who calls with a key that opens this, counted; None: Django says why not.

        Raises:
            Problem: rate_limited.
            DatabaseAway: the key cannot be looked up.

        """
        given = self.environ.get("HTTP_AUTHORIZATION", "") if key is None else f"Bearer {key}"
        caller = _callers.get(given)
        if caller is None or not caller.known.holds(self.now):
            caller = _caller(given)
        if caller is None or scope not in caller.scopes:
            return None
        self.spend(caller, 1)
        return caller

    def spend(self, caller: Caller, cost: int) -> None:
        """Count the call as so many. Raises Problem: rate_limited."""
        granted = caller.meter.spend(cost)
        self.told = caller.meter.headers()
        if not granted:
            raise caller.meter.refusal()

    def json(self) -> Any:
        """The body, where Django would read it; None where it is for Django to refuse. It can be read again."""
        environ = self.environ
        length = environ.get("CONTENT_LENGTH") or ""
        plain = (
            length.isdecimal() and int(length) <= settings.API_MAX_BODY_BYTES and "HTTP_CONTENT_ENCODING" not in environ
        )
        if not plain or not JSON_TYPE.fullmatch(environ.get("CONTENT_TYPE") or ""):
            return None
        raw = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(raw)
        try:
            return loads(raw)
        except JSONRefusedError:
            return None

    def id(self) -> str:
        """The caller's own X-Request-Id where it is sane, or else a new one."""
        sent = self.environ.get("HTTP_X_REQUEST_ID")
        return sent if sent and SANE_REQUEST_ID.fullmatch(sent) else str(uuid_utils.uuid7())


def json_reply(value: Any) -> Reply:
    """A value of the moment, as JSON."""
    body = msgspec.json.encode(value)
    return Reply(200, [*JSON, UNCACHED, ("Content-Length", str(len(body)))], body)


def problem_reply(problem: Problem, call: Call, request_id: str) -> Reply:
    """A problem as a reply."""
    body = as_json(problem, path=_readable(call.path), request_id=request_id).encode()
    headers = [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body))), UNCACHED, *PLAIN]
    return Reply(problem.kind.status, [*headers, *problem.headers.items()], body)


def forget_callers() -> None:
    """Look at every key anew."""
    _callers.clear()


def _caller(authorization: str) -> Caller | None:
    """Who calls with a secret key, kept by the header as it came; a key that is no good is not kept."""
    scheme, _, token = authorization.partition(" ")
    known = auth.known(token.strip()) if scheme.lower() == "bearer" else None
    if known is None or known.key.kind != KeyKind.SECRET:
        return None
    if len(_callers) >= REMEMBERED_KEYS:
        _callers.clear()
    key = known.key
    caller = _callers[authorization] = Caller(known, frozenset(key.scopes), meter_of(key), key.mode == Mode.TEST)
    return caller


def _readable(path: str) -> str:
    """WSGI has a character for each byte."""
    return path.encode("latin-1").decode("utf-8", "replace")


_callers: Final[dict[str, Caller]] = {}
