"""A browser's request names a language; where nobody passed it on, nothing is said."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import EdgeFacts, Facts
from risk.signals.browser_language_absent import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_

HEADERS = ("host", "user-agent", "accept", "accept-encoding")


def asked(*headers: str, **browser: Any) -> Facts:
    """Alice's browser with other languages, and with headers that the proxy saw."""
    return replace(with_("browser", **browser), edge=EdgeFacts(header_order=headers) if headers else None)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="languages named"),
        pytest.param(asked(languages=(), language_sent=False), "browser_language_absent", id="an empty header"),
        pytest.param(asked(languages=(), language_sent=None), "unknown", id="a caller that did not pass it on"),
        pytest.param(asked(languages=(), language_sent=True), "unknown", id="a header that names none, as *"),
        pytest.param(asked(*HEADERS, languages=()), "browser_language_absent", id="a proxy that saw no such header"),
        pytest.param(asked(*HEADERS, "accept-language", languages=()), "clear", id="a proxy that saw it"),
        pytest.param(asked("host", languages=()), "unknown", id="a list that is no whole list"),
        pytest.param(asked(kind="tool", languages=(), language_sent=False), "unknown", id="a tool, which need not"),
        pytest.param(alice(browser=None), "unknown", id="no user agent"),
    ],
)
def test_every_browser_names_a_language(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
