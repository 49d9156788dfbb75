"""Each browser sends its own headers in its own order."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import EdgeFacts, Facts
from risk.signals.edge_header_order import SIGNAL
from tests.risk.alice import alice, answer, with_

# As caught from Chromium 156: a page, and a fetch() with a body.
PAGE = (
    "host connection sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform upgrade-insecure-requests user-agent accept"
    " sec-fetch-site sec-fetch-mode sec-fetch-user sec-fetch-dest accept-encoding accept-language"
)
FETCH = (
    "host connection content-length sec-ch-ua-platform authorization user-agent sec-ch-ua content-type sec-ch-ua-mobile"
    " accept origin sec-fetch-site sec-fetch-mode sec-fetch-dest referer accept-encoding accept-language"
)
FIREFOX = (
    "host user-agent accept accept-language accept-encoding upgrade-insecure-requests sec-fetch-dest sec-fetch-mode"
    " sec-fetch-site sec-fetch-user te"
)
SAFARI = "accept sec-fetch-site sec-fetch-mode sec-fetch-dest user-agent accept-language accept-encoding"
REQUESTS = "host user-agent accept-encoding accept connection content-length content-type"


def sent(headers: str, **browser: Any) -> Facts:
    """Alice whose request had these headers in this order."""
    return replace(with_("browser", **browser), edge=EdgeFacts(header_order=tuple(headers.split())))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(sent(PAGE), "clear", id="Chromium opens a page"),
        pytest.param(sent(FETCH), "clear", id="Chromium fetches"),
        pytest.param(sent(FETCH.replace("host ", ":authority ")), "clear", id="Chromium over HTTP/2"),
        pytest.param(sent(FIREFOX, family="Firefox"), "clear", id="Firefox"),
        pytest.param(sent(SAFARI, family="Mobile Safari", os="iOS", kind="mobile", major=26), "clear", id="Safari"),
        pytest.param(
            sent(SAFARI, family="Chrome Mobile iOS", os="iOS", kind="mobile"), "clear", id="Chrome on an iPhone"
        ),
        pytest.param(
            sent(PAGE.replace("sec-ch-ua ", ""), family="Chrome Mobile WebView"),
            "clear",
            id="an app's embedded browser",
        ),
        pytest.param(sent(REQUESTS), "edge_header_order_missing", id="Python"),
        pytest.param(sent(FIREFOX), "edge_header_order_missing", id="a Firefox that says it is Chrome"),
        pytest.param(sent(PAGE, family="Firefox"), "edge_header_order_missing", id="a Chrome that says it is Firefox"),
        pytest.param(sent(PAGE.replace("sec-fetch-site ", "")), "edge_header_order_missing", id="no fetch metadata"),
        pytest.param(
            sent(
                FIREFOX.replace("accept-language accept-encoding", "accept-encoding accept-language"), family="Firefox"
            ),
            "edge_header_order_wrong",
            id="Firefox's headers turned round",
        ),
        pytest.param(
            sent(PAGE.replace("accept-encoding accept-language", "accept-language accept-encoding")),
            "edge_header_order_wrong",
            id="Chromium's turned round",
        ),
        pytest.param(sent(REQUESTS, major=70), "edge_header_order_wrong", id="an old browser in a library's order"),
        pytest.param(sent("host user-agent"), "unknown", id="a list that is no whole list"),
        pytest.param(sent(PAGE, family="Whale"), "unknown", id="a browser that nobody here knows"),
        pytest.param(sent(PAGE, major=None), "unknown", id="no version"),
        pytest.param(sent(REQUESTS, kind="tool", family="python-requests"), "unknown", id="a tool that says so"),
        pytest.param(alice(edge=None), "unknown", id="a proxy that passes nothing"),
        pytest.param(replace(sent(PAGE), browser=None), "unknown", id="no user agent"),
    ],
)
def test_headers_and_their_order_are_the_browsers(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
