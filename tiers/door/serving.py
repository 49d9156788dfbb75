"""The WSGI application of the door, before another."""

import time
from collections.abc import Callable, Iterable
from functools import cache
from http import HTTPStatus
from typing import Any, Final

import structlog

from config.lib.errors import INTERNAL, Problem, translate
from config.lib.http import REQUEST_ID_HEADER
from config.lib.metrics import BUCKETS, REQUEST_SECONDS
from config.lib.tallies import TimeTally, keep_handing_on
from tiers.door import budgets, lookups
from tiers.door.calls import Call, Environ, Reply, problem_reply

log = structlog.get_logger(__name__)

StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Handle = Callable[[Call], Reply | None]

PREFIX: Final = "/v1/"
# By what an address begins and ends with: the name of Django's route there, and what answers.
ROUTES: Final[tuple[tuple[str, str, str, Handle], ...]] = (
    (lookups.ACCOUNTS, lookups.TIER, "tier", lookups.tier),
    (lookups.AUTHORIZE, "", "authorize", lookups.authorize),
    (lookups.LOOKUP, "", "tiers-lookup", lookups.lookup),
    (budgets.CONSUME, "", "budgets-consume", budgets.consume),
    (budgets.RELEASE, "", "budgets-release", budgets.release),
)
STATUS: Final = {int(status): f"{status.value} {status.phrase}" for status in HTTPStatus}


class Door:
    """Answers what it can, and lets the rest pass."""

    def __init__(self, inner: Application) -> None:
        self.inner = inner

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        path: str = environ["PATH_INFO"]
        if path.startswith(PREFIX):
            for begins, ends, name, handle in ROUTES:
                if path.startswith(begins) and path.endswith(ends):
                    answered = _answered(name, handle, Call(environ, path, time.monotonic(), []), start_response)
                    if answered is not None:
                        return answered
                    break
        return self.inner(environ, start_response)


def _answered(name: str, handle: Handle, call: Call, start_response: StartResponse) -> Iterable[bytes] | None:
    request_id = call.id()
    reply = _reply(handle, call, request_id)
    if reply is None:
        return None
    start_response(STATUS[reply.status], [*reply.headers, *call.told, (REQUEST_ID_HEADER, request_id)])
    _timer(name, call.environ["REQUEST_METHOD"], reply.status // 100).add(time.monotonic() - call.now)
    return [reply.body]  # granian sends a list in one go, and takes anything else apart piece by piece


def _reply(handle: Handle, call: Call, request_id: str) -> Reply | None:
    try:
        return handle(call)
    except Exception as error:
        problem: Problem = translate(error)
        if problem.kind is INTERNAL:
            log.exception("unexpected_error", door=call.path)
        return problem_reply(problem, call, request_id)


@cache
def _timer(route: str, method: str, status: int) -> TimeTally:
    """Handlers take the methods that they know, so there are few of these."""
    keep_handing_on()
    return TimeTally(REQUEST_SECONDS.labels(route, method, f"{status}xx"), BUCKETS)
