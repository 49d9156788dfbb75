"""A user agent is read fast, rightly, and without ever failing."""

import pytest
import ua_parser
from hypothesis import given
from ua_parser import regex
from ua_parser.caching import CachingResolver

from risk.lookups.browser import browser_facts, primary_languages
from tests.risk.lookups.hostile import storable, texts

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "kind", "family", "os"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Chrome/148.0.0.0 Safari/537.36",
            "pc",
            "Chrome",
            "Windows",
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/26.0 Safari/605.1.15",
            "pc",
            "Safari",
            "Mac OS X",
        ),
        ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "pc", "Firefox", "Ubuntu"),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Chrome/148.0.0.0 Safari/537.36",
            "pc",
            "Chrome",
            "Chrome OS",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {WEBKIT} Version/18.5 Mobile/15E148 Safari/604.1",
            "mobile",
            "Mobile Safari",
            "iOS",
        ),
        (
            f"Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) {WEBKIT} CriOS/148.0 Mobile/15E148 Safari/604.1",
            "tablet",
            "Chrome Mobile iOS",
            "iOS",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {BLINK} Chrome/148.0.0.0 Mobile Safari/537.36",
            "mobile",
            "Chrome Mobile",
            "Android",
        ),
        (f"Mozilla/5.0 (Linux; Android 10; K) {BLINK} Chrome/148.0.0.0 Safari/537.36", "tablet", "Chrome", "Android"),
        (
            f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} HeadlessChrome/148.0.0.0 Safari/537.36",
            "pc",
            "HeadlessChrome",
            "Linux",
        ),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot", "Googlebot", "Other"),
        ("curl/8.14.1", "tool", "curl", "Other"),
        ("python-requests/2.32.3", "tool", "python-requests", "Other"),
        ("Python/3.13 aiohttp/3.12", "tool", "python", "Other"),
        ("Go-http-client/2.0", "tool", "go-http", "Other"),
        ("okhttp/4.12.0", "tool", "okhttp", "Other"),
        ("node", "tool", "node", "Other"),
        ("node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "tool", "node-fetch", "Other"),
        ("axios/1.7.9", "tool", "axios", "Other"),
        ("Java/21.0.2", "tool", "java", "Other"),
        ("an odd browser", "other", "Other", "Other"),
        ("Chrome/²", "other", "Other", "Other"),
    ],
)
def test_what_kind_of_thing_asks_is_told_by_its_user_agent(user_agent: str, kind: str, family: str, os: str) -> None:
    facts = browser_facts(user_agent, None)
    assert facts is not None
    assert (facts.kind, facts.family, facts.os) == (kind, family, os)


def test_versions_are_numbers() -> None:
    facts = browser_facts(
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {WEBKIT} Version/18.5 Mobile/1 Safari/1", None
    )
    assert facts is not None
    assert (facts.major, facts.os_major) == (18, 18)


def test_an_empty_user_agent_is_evidence_and_an_untold_one_is_not() -> None:
    assert browser_facts(None, "en") is None
    empty = browser_facts("", "en")
    assert empty is not None
    assert (empty.kind, empty.family, empty.languages) == ("other", "", ("en",))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("en-US,en;q=0.9", ("en",)),
        ("de-AT, de;q=0.9, en;q=0.5", ("de", "en")),
        ("zh-Hant-TW", ("zh",)),
        ("*", ()),
        ("", ()),
        (None, ()),
        ("x" * 100 + ",fr", ("fr",)),
    ],
)
def test_languages_keep_their_order_and_stand_once(header: str | None, expected: tuple[str, ...]) -> None:
    assert primary_languages(header) == expected


@given(texts, texts)
def test_no_header_breaks_it(user_agent: str | None, accept_language: str | None) -> None:
    assert storable(browser_facts(user_agent, accept_language))


def test_the_accelerated_parser_answers_and_remembers() -> None:
    browser_facts("Mozilla/5.0", None)
    resolver = ua_parser.parser.resolver
    assert isinstance(resolver, CachingResolver)
    assert isinstance(resolver.parser, regex.Resolver)
