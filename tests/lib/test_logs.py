"""No personal value reaches a log line: not by name, not in a message, not in a traceback, not from a library."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from config.lib.logs import PERSONAL, logging_config, masked_text

# Marked values: if any of these stands in a line, the promise is broken.
MARKED = {
    "email": "marked.person+tag@mail.example.org",
    "phone": "+14155550142",
    "ip": "203.0.113.77",
    "ip6": "2001:db8:77::abcd",
    "key": "MARKEDSECRET" + "x" * 31,
}
MARKS = (MARKED["email"], "marked.person", "4155550142", "415 555 0142", "203.0.113.77", "2001:db8:77", "MARKEDSECRET")


@pytest.fixture
def written() -> Iterator[Callable[[str], io.StringIO]]:
    """Sends the lines of the logger `marked` to a text, as the given format writes them."""
    before = structlog.get_config()
    logger, stream = logging.getLogger("marked"), io.StringIO()
    handler = logging.StreamHandler(stream)

    def start(log_format: str) -> io.StringIO:
        configured = logging.config.DictConfigurator(logging_config(log_format=log_format, level="INFO"))
        formatter: Any = configured.config["formatters"]["gatehouse"]
        handler.setFormatter(configured.configure_formatter(formatter))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        return stream

    yield start
    logger.removeHandler(handler)
    structlog.configure(**before)


def speak() -> None:
    """Every way in which the program and its libraries write lines, with marked values in each."""
    ours, library = structlog.get_logger("marked"), logging.getLogger("marked")
    ours.info("signup", **dict.fromkeys(PERSONAL, MARKED["email"]))
    ours.info("signup", note=f"from {MARKED['ip']}:443 to <{MARKED['email']}>, tel. {MARKED['phone']}")
    ours.info("nested", body={"person": {"Email": MARKED["email"]}, "list": [MARKED["ip6"], (MARKED["phone"],)]})
    ours.info(f"in the event {MARKED['ip6']}", odd=MARKED["email"].encode(), kind={MARKED["email"]: 1})
    library.warning(
        "from %s by %s", MARKED["ip"], "(415) 555-0142", extra={"phone": 14155550142, "why": MARKED["email"]}
    )
    library.warning("key gh_sk_live_abcdefghijkl_%s of 415 555 0142", MARKED["key"])
    try:
        int(MARKED["email"])
    except ValueError:
        ours.exception("failed")
        library.exception("failed from %s", MARKED["ip"])


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_marked_value_stands_in_any_line(written: Callable[[str], io.StringIO], log_format: str) -> None:
    stream = written(log_format)
    speak()
    text = stream.getvalue()
    assert [mark for mark in MARKS if mark in text] == []
    assert "[email]" in text
    assert "gh_sk_live_abcdefghijkl_[masked]" in text


def test_production_lines_are_one_json_object_each(written: Callable[[str], io.StringIO]) -> None:
    stream = written("json")
    with structlog.contextvars.bound_contextvars(request_id="request-1"):
        speak()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) == 8
    for line in lines:
        assert line["request_id"] == "request-1"
        assert line["logger"] == "marked"
        assert {"event", "level", "timestamp"} <= line.keys()
    assert "Traceback" in lines[-2]["exception"]
    assert "Traceback" in lines[-1]["exception"]


def test_what_a_library_adds_stands_in_the_line_but_not_the_request(written: Callable[[str], io.StringIO]) -> None:
    stream = written("json")
    logging.getLogger("marked").warning("refused", extra={"check": 7, "why": "no money", "request": object()})
    (line,) = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (line["check"], line["why"], "request" in line) == (7, "no money", False)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail to a.b+c@sub.example.co.uk.", "mail to [email]."),
        ("?email=a%40example.com&x=1", "?email=[email]&x=1"),
        ("Jürgen.Müller@exämple.de", "[email]"),
        ("from 10.0.0.1:8000, then 192.168.255.255.", "from [ip]:8000, then [ip]."),
        ("in 10.0.0.0/8", "in [ip]/8"),
        ("from [2001:db8::1]:443", "from [[ip]]:443"),
        ("ip:2001:db8:0:0:0:0:0:1.", "ip:[ip]."),
        ("by ::1", "by [ip]"),
        ("via ::ffff:192.0.2.1", "via [ip]"),
        ("call +44 20 7946 0958 now", "call [phone] now"),
        ("call +49-171-2345678", "call [phone]"),
        ("call 0044 20 7946 0958", "call [phone]"),
        ("call (415) 555-2671", "call [phone]"),
        ("call 415.555.2671", "call [phone]"),
        ("call 0171 2345678", "call [phone]"),
        ("call 14155552671!", "call [phone]!"),
    ],
)
def test_personal_text_is_blotted_out_and_what_stands_around_it_stays(text: str, masked: str) -> None:
    assert masked_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T03:40:11.123456Z",
        "2026-11-23 03:40:11",
        "01a20695-8ff4-733c-b23f-89ced40c51aa",
        "acct_0000001 moved to trial",
        "12345 rows in 1.25 s, 99.5 %",
        "File /app/risk/scoring.py, line 120, in judge",
        "score 0.1234567890123",
        "Django 5.2.19, PostgreSQL 18.1",
        "verification.signup::register",
        "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9",
        "@decorator",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert masked_text(text) == text


@given(st.text(max_size=300))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(masked_text(text), str)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("unit", ["a", "a.", "1", "1.", "1 ", "::", "a:", "@a", "+1", "0 ", "%40", "gh_sk_live_"])
def test_a_hostile_text_costs_little(unit: str) -> None:
    masked_text(unit * 100_000 + "@")


@pytest.mark.parametrize(
    "said",
    [
        "Forbidden (CSRF cookie not set.): /appeal/abc.DEF-123/texts",
        "Not Found: /appeal/I am Jane, and more/",
        "GET https://gate.example/appeal/abc.DEF-123/?said=opened",
    ],
)
def test_what_lets_a_person_in_to_their_appeal_stands_in_no_line(said: str) -> None:
    assert masked_text(said).endswith("/appeal/[masked]")
    assert masked_text(f"{said}\nnext line").endswith("\nnext line")


def test_a_level_that_is_set_holds_for_what_django_says_too() -> None:
    for level, of_django in (("ERROR", "ERROR"), ("INFO", "INFO"), ("DEBUG", "INFO")):
        configured = logging_config(log_format="json", level=level)["loggers"]
        assert {configured[name]["level"] for name in ("django", "django.server")} == {of_django}
