"""The greeting must be of the user agent's engine, and as new as the browser."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import Facts
from risk.lookups.edge import edge_facts
from risk.registration import EdgeReport
from risk.signals.edge_ja4_mismatch import SIGNAL
from tests.risk.alice import alice, answer, with_

CHROME = "t13d1517h2_8daaf6152771_33f857a189cb"
FIREFOX = "t13d1715h2_5b57614c22b0_7121afd63204"
SAFARI = "t13d2013h2_a09f3c656075_7f0f34a4126d"
PYTHON = "t13d1812h1_85036bcba153_b26ce05bbdd6"
STRANGE = "t13d1012h2_000000000000_000000000000"


def greeted(ja4: str | None, **browser: Any) -> Facts:
    """Alice whose connection greeted so."""
    return replace(with_("browser", **browser), edge=edge_facts(EdgeReport(ja4=ja4), None))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(greeted(CHROME), "clear", id="Chrome"),
        pytest.param(greeted(CHROME, family="Edge"), "clear", id="Edge"),
        pytest.param(greeted(FIREFOX, family="Firefox"), "clear", id="Firefox"),
        pytest.param(
            greeted(SAFARI, family="Mobile Safari", os="iOS", kind="mobile", major=26), "clear", id="an iPhone"
        ),
        pytest.param(
            greeted(SAFARI, family="Chrome Mobile iOS", os="iOS", kind="mobile"),
            "clear",
            id="Chrome on an iPhone, which is WebKit",
        ),
        pytest.param(greeted("q13d0312h3_55b375c5d22e_06cda9e17597"), "clear", id="Chrome over QUIC"),
        pytest.param(greeted(FIREFOX), "edge_ja4_mismatch_engine", id="a Firefox that says it is Chrome"),
        pytest.param(
            greeted(CHROME, family="Mobile Safari", os="iOS", kind="mobile", major=26),
            "edge_ja4_mismatch_engine",
            id="a Chrome that says it is an iPhone",
        ),
        pytest.param(greeted(PYTHON), "edge_ja4_mismatch_protocol", id="no HTTP/2"),
        pytest.param(greeted(CHROME.replace("t13", "t12")), "edge_ja4_mismatch_protocol", id="no TLS 1.3"),
        pytest.param(greeted(CHROME.replace("t13", "t12"), major=60), "clear", id="a browser of that time"),
        pytest.param(greeted(STRANGE), "unknown", id="ciphers that nobody here knows"),
        pytest.param(greeted(CHROME, family="Whale"), "unknown", id="a browser that nobody here knows"),
        pytest.param(greeted(CHROME, kind="tool", family="curl"), "unknown", id="no browser"),
        pytest.param(greeted("t13d"), "unknown", id="what is no JA4"),
        pytest.param(alice(edge=None), "unknown", id="a proxy that passes nothing"),
        pytest.param(replace(greeted(CHROME), browser=None), "unknown", id="no user agent"),
    ],
)
def test_the_greeting_is_of_the_browser(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
