"""An HTTP library with a browser's user agent is known by its ciphers."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import Facts
from risk.lookups.edge import edge_facts
from risk.registration import EdgeReport
from risk.signals.edge_ja4_tool import SIGNAL
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
        pytest.param(greeted(PYTHON), "edge_ja4_tool", id="Python"),
        pytest.param(greeted("t13d3112h2_e8f1e7e78f70_b26ce05bbdd6"), "edge_ja4_tool", id="curl"),
        pytest.param(greeted("t13d190900_9dc949149365_97f8aa674fd9"), "edge_ja4_tool", id="Go"),
        pytest.param(greeted("t13d5911h1_a33745022dd6_1f22a2ca17c4"), "edge_ja4_tool", id="Node"),
        pytest.param(greeted(CHROME), "clear", id="Chrome"),
        pytest.param(greeted(FIREFOX), "clear", id="an engine, though not the right one"),
        pytest.param(greeted(SAFARI), "clear", id="another"),
        pytest.param(greeted(STRANGE), "unknown", id="ciphers that nobody here knows"),
        pytest.param(greeted(PYTHON, kind="tool", family="python-requests"), "unknown", id="a tool that says so"),
        pytest.param(greeted(None), "unknown", id="no JA4"),
        pytest.param(alice(edge=None), "unknown", id="a proxy that passes nothing"),
        pytest.param(replace(greeted(CHROME), browser=None), "unknown", id="no user agent"),
    ],
)
def test_libraries_are_known_by_their_ciphers(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
