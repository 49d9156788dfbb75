"""Logs: one JSON object a line in production, coloured lines in development, and no personal value in either.

Two nets, one under the other. A value under a PERSONAL name is not written at all; and in every text that is, e-mail
addresses, phone numbers, IP addresses, API keys and links to appeals are blotted out, tracebacks and messages of
libraries included.
"""

import ipaddress
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.lib.tracing import add_trace

MASKED: Final = "[masked]"
PERSONAL: Final = frozenset(
    {
        *("email", "phone", "name", "first_name", "last_name", "full_name", "address", "person", "recipient", "to"),
        *("ip", "ip_address", "client_ip", "remote_addr", "x_forwarded_for", "user_agent", "accept_language"),
        *("code", "token", "device_token", "authorization", "api_key", "password", "secret", "cookie", "set_cookie"),
    }
)
# What libraries attach to a record that is an object of theirs, and can hold anything.
OBJECTS: Final = ("request", "server_time")
DEPTH: Final = 6

EMAIL: Final = re.compile(r"[\w.+%'-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
IPV4: Final = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]*\d)")
IPV6_LIKE: Final = re.compile(
    r"[0-9A-Fa-f:.]{3,}"
)  # a whole run each time, so long texts cost no more than they are long
# A key keeps its id, which may be shown, and loses its secret.
API_KEY: Final = re.compile(r"(gh_[sp]k_(?:live|test)_[a-z0-9]{12})_[A-Za-z0-9]+")
# Whoever has the rest of the address is let in to somebody's appeal; a library writes it decoded, blanks and all.
LINK: Final = re.compile(r"(/appeal/)[^\n]+")
# Numbers as people and libraries write them: +1 415 555-2671, (415) 555-2671, 0171 2345678, 14155552671.
PHONES: Final = (
    re.compile(r"(?<![\w.])(?:\+|00)[1-9](?:[ ().-]{0,2}\d){6,14}(?![\w])"),
    re.compile(r"(?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])"),
    re.compile(r"(?<![\w.-])0\d{1,4}[ /-]\d{3,4}[ -]?\d{3,5}(?![\w-])"),
    re.compile(r"(?<![\w.-])\d{10,15}(?![\w-]|\.\d)"),
)


def logging_config(*, log_format: str, level: str) -> dict[str, Any]:
    """Django's LOGGING for `json` or `console`; sets structlog up on the way, so that both write the same lines."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_shared(), structlog.stdlib.ExtraAdder()],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            mask,
            _renderer(log_format),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"gatehouse": formatter},
        "handlers": {"stream": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "gatehouse"}},
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            # Django would write tracebacks of its own to the console and by mail; one line from the root is enough.
            # Its own level is INFO, and one that is set for the root alone would not hold for it.
            **{name: {"handlers": [], "level": _above_debug(level)} for name in ("django", "django.server")},
            # Celery tells of every task that comes and goes, several a second.
            "celery": {"level": level if level == "DEBUG" else "WARNING"},
        },
    }


def _above_debug(level: str) -> str:
    """Django's own details are nobody's but its makers'."""
    return "INFO" if level == "DEBUG" else level


def mask(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """The structlog processor that takes personal values out of a line."""
    del logger, name
    return {key: _masked(key, value, DEPTH) for key, value in event.items() if key not in OBJECTS}


def masked_text(text: str) -> str:
    """The text without the e-mail addresses, phone numbers, IP addresses, keys and links that stand in it."""
    if "/appeal/" in text:
        text = LINK.sub(rf"\1{MASKED}", text)
    if "gh_" in text:
        text = API_KEY.sub(rf"\1_{MASKED}", text)
    if "@" in text or "%40" in text:
        text = EMAIL.sub("[email]", text)
    if text.count(":") > 1:
        text = IPV6_LIKE.sub(_ipv6, text)
    if any(character.isdecimal() for character in text):
        text = IPV4.sub("[ip]", text)
        for phone in PHONES:
            text = phone.sub("[phone]", text)
    return text


def _masked(key: str, value: Any, depth: int) -> Any:
    if key.lower().replace("-", "_") in PERSONAL:
        return MASKED
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping) and depth:
        return {masked_text(str(inner)): _masked(str(inner), each, depth - 1) for inner, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes) and depth:
        return [_masked("", each, depth - 1) for each in value]
    return masked_text(value if isinstance(value, str) else repr(value))


def _ipv6(found: re.Match[str]) -> str:
    """`ip:2001:db8::1.` has the address in its middle: what stands around it stays."""
    if found[0].count(":") < 2:
        return found[0]
    for candidate in (found[0].rstrip("."), found[0].lstrip(":").rstrip(":.")):
        try:
            ipaddress.IPv6Address(candidate)
        except ValueError:
            continue
        return found[0].replace(candidate, "[ip]")
    return found[0]


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        add_trace,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderer(log_format: str) -> Processor:
    if log_format == "console":
        # Rich tracebacks show local variables, and those hold whatever was being worked on.
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(sort_keys=True)
