"""GET /agent/v1.js and v1-worker.js: the script that a product's page loads, from any origin, and its worker."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from config.lib.errors import declare, respond

WORKER = "v1-worker.js"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=3600",
    "Cross-Origin-Resource-Policy": "cross-origin",  # pages that isolate themselves may load it too
    "X-Content-Type-Options": "nosniff",
}

NOT_BUILT = declare(
    "agent_not_built",
    status=503,
    title="The agent script is not built",
    fix="Run `make setup`, or `python -m verification.agent.build`; pages work without it meanwhile.",
)


def _file(request: HttpRequest) -> Path:
    """The built file of an address: the worker lies beside the script."""
    script = Path(settings.AGENT_SCRIPT)
    return script.with_name(WORKER) if request.path.endswith(WORKER) else script


def _built(request: HttpRequest) -> bytes | None:
    try:
        return _file(request).read_bytes()
    except FileNotFoundError:
        return None


def _etag(request: HttpRequest) -> str | None:
    content = _built(request)
    return None if content is None else f'"{hashlib.sha256(content).hexdigest()[:32]}"'


@require_safe
@gzip_page
@condition(etag_func=_etag)
def script(request: HttpRequest) -> HttpResponse:
    """The built file, or an honest problem where there is none."""
    content = _built(request)
    if content is None:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
        return respond(NOT_BUILT.problem(headers=headers), request)
    return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers=HEADERS)
