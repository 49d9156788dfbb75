"""Every answer that is an error: what kinds there are, how one is raised, and its one shape, RFC 9457 problem+json.

A module declares its kinds with `declare` and raises them with `raise KIND.problem(...)`. `handle` is the exception
handler of Django REST framework; the `bad_request` family stands in for it where no view was reached.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import IO, Any, ClassVar, Final

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from django.utils.html import escape
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.settings import api_settings

from config.lib import strictjson
from config.lib.database import DatabaseAway
from config.lib.http import is_api, request_id

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
DOCUMENTATION: Final = "/docs/errors"
BEARER: Final = 'Bearer realm="gatehouse"'  # RFC 6750, section 3
WHOLE: Final = "body"  # the name of the field where an error is of the body as a whole
MEMBERS: Final = ("type", "title", "status", "detail", "instance", "code", "fix", "request_id", "errors")
# What PostgreSQL's text cannot hold: NUL, and what is no character. PostgreSQL manual, appendix A.
TEXT_STATES: Final = ("22021", "22P05")
DATA_EXCEPTION: Final = "22"  # the class of states that say: this value cannot be


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A way in which a call can fail. The code never changes; `title` says what happened, `fix` what to do."""

    code: str
    status: int
    title: str
    fix: str

    def problem(
        self,
        *,
        detail: str | None = None,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> "Problem":
        """An error of this kind, to raise. `field` names what is wrong in the body, `extra` are further members."""
        if taken := extra.keys() & set(MEMBERS):
            raise TypeError(f"these members of a problem are set otherwise: {sorted(taken)}")
        errors = () if field is None else (FieldError(field, detail or self.title),)
        return Problem(self, detail=detail, errors=errors, headers=dict(headers or {}), extra=extra)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, named by its path: `device.fonts.0`."""

    field: str
    detail: str


@dataclass(eq=False)
class Problem(Exception):
    """One error on its way to the caller. Nothing in it is secret."""

    kind: ProblemKind
    detail: str | None = None
    errors: tuple[FieldError, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind.code}: {self.detail or self.kind.title}"


PROBLEM_KINDS: Final[dict[str, ProblemKind]] = {}


def declare(code: str, *, status: int, title: str, fix: str) -> ProblemKind:
    """Make a kind known. Raises ValueError where the code is taken."""
    if code in PROBLEM_KINDS:
        raise ValueError(f"the error code {code} is declared twice")
    PROBLEM_KINDS[code] = ProblemKind(code, status, title, fix)
    return PROBLEM_KINDS[code]


INVALID = declare(
    "invalid_request",
    status=400,
    title="A field of the request is not as it should be",
    fix="Mend the fields that errors names and send it again.",
)
MALFORMED = declare(
    "body_malformed",
    status=400,
    title="The body cannot be read",
    fix="Send one JSON value in UTF-8: no name twice, no NaN or Infinity, at most 16 levels deep.",
)
TEXT_UNUSABLE = declare(
    "text_unusable",
    status=400,
    title="A text holds what is no character",
    fix="Leave out NUL characters and halves of surrogate pairs.",
)
REFUSED = declare(
    "request_refused",
    status=400,
    title="The request is not one that this service takes",
    fix="Compare the address, the headers and the query with the documentation.",
)
NOT_AUTHENTICATED = declare(
    "not_authenticated", status=401, title="Nobody is logged in", fix="Send an API key as Authorization: Bearer."
)
FORBIDDEN = declare("forbidden", status=403, title="This is not allowed", fix="Use a key or a login that may do it.")
NOT_FOUND = declare(
    "not_found",
    status=404,
    title="There is no such thing, or it is not yours to see",
    fix="Check the address and the id in it.",
)
METHOD_NOT_ALLOWED = declare(
    "method_not_allowed",
    status=405,
    title="This address does not take this method",
    fix="Use one of the methods in the Allow header.",
)
NOT_ACCEPTABLE = declare(
    "not_acceptable", status=406, title="No such representation", fix="Send Accept: application/json, or leave it out."
)
BODY_TOO_LARGE = declare(
    "body_too_large",
    status=413,
    title="The body is too large",
    fix="Send less in one call; detail says how much.",
)
MEDIA_TYPE_UNSUPPORTED = declare(
    "media_type_unsupported",
    status=415,
    title="The body's media type is not read here",
    fix="Send JSON with Content-Type: application/json.",
)
RATE_LIMITED = declare(
    "rate_limited",
    status=429,
    title="Too many calls",
    fix="Wait for the seconds in Retry-After; the RateLimit header tells what is left.",
)
STORAGE_AWAY = declare(
    "storage_away",
    status=503,
    title="What this call needs cannot be read now",
    fix="Try again after the seconds in Retry-After, and let nothing pass meanwhile that you would not let a stranger.",
)
INTERNAL = declare(
    "internal_error",
    status=500,
    title="Something went wrong on our side",
    fix="Try again; if it stays, tell support the request_id.",
)


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The exception handler of Django REST framework: any exception as a problem."""
    problem = translate(error)
    if problem.kind is INTERNAL or isinstance(error, DataError):  # what the database refused, a view should have
        log.error("unexpected_error", exc_info=error, view=type(context.get("view")).__name__)
    request = context["request"]
    return respond(problem, request._request if isinstance(request, Request) else request)  # noqa: SLF001 - no public name


def translate(error: BaseException) -> Problem:
    """The problem that tells the caller of an exception. What is not known is our fault: `internal_error`."""
    for known, to_problem in TRANSLATIONS:
        if isinstance(error, known):
            return to_problem(error)
    return INTERNAL.problem()


def respond(problem: Problem, request: HttpRequest) -> HttpResponse:
    """The problem as an answer to the request."""
    body = as_json(problem, path=request.path, request_id=request_id(request))
    return HttpResponse(body, status=problem.kind.status, content_type=MEDIA_TYPE, headers=problem.headers)


def as_json(problem: Problem, *, path: str, request_id: str) -> str:
    """The body of an answer that is a problem."""
    kind = problem.kind
    body = {
        "type": f"{DOCUMENTATION}#{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
        "instance": escape_uri_path(path),
        "code": kind.code,
        "fix": kind.fix,
        "request_id": request_id,
        "errors": [{"field": error.field, "detail": error.detail} for error in problem.errors],
        **problem.extra,
    }
    return json.dumps({name: value for name, value in body.items() if value not in (None, [])})


class StrictJSONParser(BaseParser):
    """Reads application/json as `strictjson` does, and nothing longer than settings.API_MAX_BODY_BYTES."""

    media_type = "application/json"
    times: ClassVar[int] = 1  # of that length which are taken

    @classmethod
    def most(cls) -> int:
        """The longest body, in bytes."""
        return cls.times * settings.API_MAX_BODY_BYTES

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of the body. Raises Problem: body_malformed, body_too_large."""
        del media_type
        most = self.most()
        if parser_context is not None:
            refuse_large(parser_context["request"], most=most)
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise _too_large(most)
        try:
            return strictjson.loads(raw)
        except strictjson.JSONRefusedError as refused:
            raise MALFORMED.problem(detail=str(refused)) from None


class LargeJSONParser(StrictJSONParser):
    """The same for calls that bring a thousand things at once."""

    times = 4


def refuse_large(request: HttpRequest, *, most: int) -> None:
    """Look at the announced length before the body is read. Raises Problem: body_too_large, request_refused."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if not announced.isdecimal():
        raise REFUSED.problem(detail="Content-Length is not a number.")
    if len(announced) > len(str(most)) or int(announced) > most:
        raise _too_large(most)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    problem = translate(exception)
    return _page_or_problem(REFUSED.problem() if problem.kind is INTERNAL else problem, request)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    del exception
    return _page_or_problem(FORBIDDEN.problem(), request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    del exception
    return _page_or_problem(NOT_FOUND.problem(), request)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Django has logged the traceback."""
    return _page_or_problem(INTERNAL.problem(), request)


def _page_or_problem(problem: Problem, request: HttpRequest) -> HttpResponse:
    if is_api(request):
        return respond(problem, request)
    kind = problem.kind
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(kind.title)}</title>"
        f"<h1>{escape(kind.title)}</h1><p>{escape(kind.fix)}</p><p><small>{escape(request_id(request))}</small></p>"
    )
    return HttpResponse(page, status=kind.status)


def _too_large(most: int) -> Problem:
    return BODY_TOO_LARGE.problem(detail=f"The body may have {most} bytes.")


def _of_validation(error: Any) -> Problem:
    return Problem(INVALID, errors=tuple(_field_errors(error.detail, "")))


def _of_model_validation(error: Any) -> Problem:
    return Problem(INVALID, errors=tuple(_field_errors(get_error_detail(error), "")))


def _field_errors(detail: Any, path: str) -> list[FieldError]:
    """One entry for each message, whatever the nesting: names and places in lists joined by dots."""
    if isinstance(detail, Mapping):
        inner: list[tuple[Any, Any]] = list(detail.items())
    elif isinstance(detail, list):
        # DRF gives a list both for the messages of one field and, of mappings or lists, for the items of a list.
        inner = [("" if isinstance(item, str) else place, item) for place, item in enumerate(detail)]
    else:
        return [FieldError(path or WHOLE, str(detail))]
    return [found for name, item in inner for found in _field_errors(item, _below(path, name))]


def _below(path: str, name: Any) -> str:
    if name in ("", api_settings.NON_FIELD_ERRORS_KEY):
        return path
    return f"{path}.{name}" if path else str(name)


def _of_throttled(error: Any) -> Problem:
    return RATE_LIMITED.problem(headers={"Retry-After": str(math.ceil(error.wait or 1))})


def _of_data(error: Any) -> Problem:
    cause = error.__cause__
    # psycopg refuses a NUL before it sends it, and then there is no state.
    state = getattr(cause, "sqlstate", None) or ""
    if state in TEXT_STATES or (not state and "NUL" in str(error)):
        return TEXT_UNUSABLE.problem()
    if state.startswith(DATA_EXCEPTION):
        return INVALID.problem(detail="A value is too long, too large or out of range.")
    return INTERNAL.problem()


def _of_api_exception(error: Any) -> Problem:
    if not HTTPStatus.BAD_REQUEST <= error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return INTERNAL.problem()
    return REFUSED.problem(detail=str(error.detail))


def _plain(kind: ProblemKind, **headers: str) -> Callable[[Any], Problem]:
    return lambda _: kind.problem(headers={name.replace("_", "-"): value for name, value in headers.items()})


def _of_storage(error: Exception) -> Problem:
    """The database is away, stops, has no room or is too slow: nothing is wrong with the call."""
    if not isinstance(error, DatabaseAway):  # that was logged where it was found
        log.warning("storage_away", reason=type(error.__cause__ or error).__name__)
    return STORAGE_AWAY.problem(headers={"Retry-After": "1"})


# The first line that fits counts, so the particular stand before the general.
TRANSLATIONS: Final[tuple[tuple[type[BaseException], Callable[[Any], Problem]], ...]] = (
    (Problem, lambda problem: problem),
    (exceptions.ValidationError, _of_validation),
    (exceptions.ParseError, lambda error: MALFORMED.problem(detail=str(error.detail))),
    (exceptions.NotAuthenticated, _plain(NOT_AUTHENTICATED, WWW_Authenticate=BEARER)),
    (exceptions.AuthenticationFailed, _plain(NOT_AUTHENTICATED, WWW_Authenticate=BEARER)),
    (exceptions.PermissionDenied, _plain(FORBIDDEN)),
    (exceptions.NotFound, _plain(NOT_FOUND)),
    (exceptions.MethodNotAllowed, _plain(METHOD_NOT_ALLOWED)),
    (exceptions.NotAcceptable, _plain(NOT_ACCEPTABLE)),
    (exceptions.UnsupportedMediaType, _plain(MEDIA_TYPE_UNSUPPORTED)),
    (exceptions.Throttled, _of_throttled),
    (exceptions.APIException, _of_api_exception),
    (Http404, _plain(NOT_FOUND)),
    (PermissionDenied, _plain(FORBIDDEN)),
    (ModelValidationError, _of_model_validation),
    (RequestDataTooBig, lambda _: _too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)),
    (SuspiciousOperation, _plain(REFUSED)),
    (UnicodeError, _plain(TEXT_UNUSABLE)),
    (DataError, _of_data),
    (OperationalError, _of_storage),
    (InterfaceError, _of_storage),
)
