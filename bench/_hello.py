"""The yardstick of benchmarks of the door: the least that a WSGI application can do."""

from collections.abc import Callable
from typing import Any

BODY = b"hello"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Say hello."""
    del environ
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]
