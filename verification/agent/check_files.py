"""GET /agent/v1-checks.js, with its worker and its style: what a page needs for the checks posed here."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from config.lib.errors import respond
from verification.agent.views import HEADERS, NOT_BUILT

TYPES = {
    "v1-checks.js": "text/javascript; charset=utf-8",
    "v1-checks-worker.js": "text/javascript; charset=utf-8",
    "v1-checks.css": "text/css; charset=utf-8",
}


def _built(name: str) -> bytes | None:
    try:
        return Path(settings.AGENT_SCRIPT).with_name(name).read_bytes()
    except FileNotFoundError:
        return None


def _etag(request: HttpRequest, name: str) -> str | None:
    del request
    content = _built(name)
    return None if content is None else f'"{hashlib.sha256(content).hexdigest()[:32]}"'


@require_safe
@gzip_page
@condition(etag_func=_etag)
def check_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the built files, or an honest problem where it is not there. `name` is one of TYPES."""
    content = _built(name)
    if content is None:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
        return respond(NOT_BUILT.problem(headers=headers), request)
    return HttpResponse(content, content_type=TYPES[name], headers=HEADERS)
