"""Calls over HTTP: with the key, with timeouts, again where that is safe, and with errors by what to do about them."""

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import httpx

from gatehouse_client.errors import CursorExpired, KeyRefused, NotFound, RateLimited, Refused, Unavailable
from gatehouse_client.retries import Patience

REFUSALS: Final[Mapping[int, type[Refused]]] = {
    401: KeyRefused,
    403: KeyRefused,
    404: NotFound,
    410: CursorExpired,
    429: RateLimited,
}
IN_PROGRESS: Final = "idempotency_in_progress"  # our own first try is still at work
FAULT: Final = 500  # from here on it is the server's
NO: Final = 400
CONFLICT: Final = 409
TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Call:
    """One call. A POST is given an idempotency key, so that it can be repeated; `key` is one of your own."""

    method: str
    path: str
    json: Any = None
    params: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    read: float | None = None  # seconds to wait for the answer, where it is not the usual
    hurried: bool = False  # somebody waits for it who can do without: not asked while Gatehouse is left alone


class Transport:
    """One Gatehouse, one API key. Safe to use from many threads."""

    def __init__(self, address: str, api_key: str, patience: Patience) -> None:
        self.address = address.rstrip("/")
        self.patience = patience
        self._auth = {"Authorization": f"Bearer {api_key}"}
        self._client = httpx.Client(base_url=self.address, timeout=self._timeout(patience.read))
        self._away_until = 0.0
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every connection; what waits between tries gives up."""
        self._closed.set()
        self._client.close()

    def call(self, call: Call) -> httpx.Response:
        """The answer, 2xx or 304.

        Raises:
            Refused: the answer is no; by its status one of its kinds.
            Unavailable: there was none in any try, or Gatehouse is at fault.

        """
        if call.hurried and time.monotonic() < self._away_until:
            raise Unavailable("Gatehouse did not answer a moment ago, and is left alone")
        request = self._request(call)
        failed = 0
        while True:
            answer, fault = self._try(request)
            if answer is not None and not _may_pass(answer):
                return _checked(answer)
            failed += 1
            asked = _retry_after(answer) if answer is not None else None
            pause = self.patience.pause(failed, asked=asked)
            if pause is None or self._closed.wait(pause):
                return self._given_up(answer, fault)

    def _request(self, call: Call) -> httpx.Request:
        headers = {**self._auth, **call.headers}
        if call.method == "POST":
            headers["Idempotency-Key"] = call.key or str(uuid.uuid4())
        timeout = self._timeout(call.read or self.patience.read)
        return self._client.build_request(
            call.method, call.path, json=call.json, params=call.params, headers=headers, timeout=timeout
        )

    def _try(self, request: httpx.Request) -> tuple[httpx.Response | None, Exception | None]:
        try:
            return self._client.send(request), None
        except httpx.HTTPError as fault:
            return None, fault
        except RuntimeError as fault:  # the client was closed meanwhile
            return None, fault

    def _given_up(self, answer: httpx.Response | None, fault: Exception | None) -> httpx.Response:
        if answer is not None and answer.status_code < FAULT:
            return _checked(answer)
        self._away_until = time.monotonic() + self.patience.leave_alone
        why = f"{answer.status_code} in every try" if answer is not None else type(fault).__name__
        raise Unavailable(f"{self.address}: {why}") from fault

    def _timeout(self, read: float) -> httpx.Timeout:
        return httpx.Timeout(read, connect=self.patience.connect)


def _may_pass(answer: httpx.Response) -> bool:
    """Whether another try may be answered otherwise."""
    if answer.status_code == CONFLICT:
        return _problem(answer).get("code") == IN_PROGRESS
    return answer.status_code == TOO_MANY or answer.status_code >= FAULT


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.status_code < NO:
        return answer
    kind = REFUSALS.get(answer.status_code, Refused)
    raise kind(answer.status_code, _problem(answer), retry_after=_retry_after(answer))


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _retry_after(answer: httpx.Response) -> float | None:
    """In seconds; what is a date, or nothing, is not known."""
    sent = answer.headers.get("Retry-After", "")
    return float(sent) if sent.isdecimal() else None
