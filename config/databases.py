"""Where PostgreSQL is, as Django is told of it."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def database(url: str, *, timeout_ms: int, prepare: bool) -> dict[str, Any]:
    """Django's form of a database address. A socket folder stands in its query: postgresql:///name?host=/folder."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "gatehouse",
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or query.pop("password", "")),
        "HOST": parts.hostname or query.pop("host", ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **query,
            "options": f"-c statement_timeout={timeout_ms}",
            "server_side_binding": True,
            "prepare_threshold": 3 if prepare else None,
        },
    }
