"""The user agent's browser must be one that its own client hints name."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import Facts, HintFacts
from risk.signals.hints_browser_mismatch import SIGNAL
from tests.risk.alice import alice, answer, with_


def hinted(*brands: tuple[str, int], **browser: Any) -> Facts:
    """Alice whose client hints name these brands and whose user agent is this."""
    hints = HintFacts(brands, mobile=False, platform="Windows", platform_major=15, architecture="x86", bitness="64",
                      model=False)  # fmt: skip
    return replace(with_("browser", **browser), hints=hints)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(hinted(("chromium", 148), ("google chrome", 148)), "clear", id="Chrome"),
        pytest.param(
            hinted(("chromium", 148), ("brave", 148)), "clear", id="Brave, which calls itself Chrome in the user agent"
        ),
        pytest.param(hinted(("chromium", 148), ("microsoft edge", 148), family="Edge"), "clear", id="Edge"),
        pytest.param(
            hinted(("chromium", 148), ("opera", 122), family="Opera", major=122),
            "clear",
            id="Opera, which counts its own versions",
        ),
        pytest.param(
            hinted(("chromium", 148), ("google chrome", 148), family="Firefox"),
            "hints_browser_mismatch_engine",
            id="a Chrome that says it is Firefox",
        ),
        pytest.param(
            hinted(("chromium", 148), ("google chrome", 148), family="Mobile Safari", os="iOS"),
            "hints_browser_mismatch_engine",
            id="a Chrome that says it is an iPhone",
        ),
        pytest.param(
            hinted(("chromium", 148), ("google chrome", 148), family="Edge"),
            "hints_browser_mismatch_brand",
            id="a Chrome that says it is Edge",
        ),
        pytest.param(
            hinted(("chromium", 148), ("google chrome", 148), major=120),
            "hints_browser_mismatch_version",
            id="an older version",
        ),
        pytest.param(
            hinted(("chromium", 148), ("google chrome", 148), family="Whale"),
            "unknown",
            id="a browser whose brands nobody here knows",
        ),
        pytest.param(hinted(), "unknown", id="hints without brands"),
        pytest.param(alice(hints=None), "unknown", id="no hints"),
        pytest.param(
            replace(hinted(("chromium", 148), ("google chrome", 148)), browser=None), "unknown", id="no user agent"
        ),
    ],
)
def test_brands_and_versions_are_compared(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
