"""The user agent's system must be the one that the client hints name."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import Facts, HintFacts
from risk.signals.hints_platform_mismatch import SIGNAL
from tests.risk.alice import alice, answer, with_


def hinted(platform: str | None, **browser: Any) -> Facts:
    """Alice whose client hints name this platform."""
    hints = HintFacts((("chromium", 148),), mobile=False, platform=platform, platform_major=None, architecture=None,
                      bitness=None, model=False)  # fmt: skip
    return replace(with_("browser", **browser), hints=hints)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(hinted("Windows"), "clear", id="Windows"),
        pytest.param(hinted("macOS", os="Mac OS X"), "clear", id="a Mac"),
        pytest.param(hinted("Android", os="Linux"), "clear", id="a phone that asks for desktop pages"),
        pytest.param(hinted("Linux"), "hints_platform_mismatch", id="a server that says it is Windows"),
        pytest.param(
            hinted("Linux", os="Android", kind="mobile"),
            "hints_platform_mismatch",
            id="a server that says it is a phone",
        ),
        pytest.param(hinted("Fuchsia", os="Fuchsia"), "unknown", id="a system nobody here knows"),
        pytest.param(hinted(None), "unknown", id="no platform"),
        pytest.param(alice(hints=None), "unknown", id="no hints"),
        pytest.param(replace(hinted("Windows"), browser=None), "unknown", id="no user agent"),
    ],
)
def test_platforms_are_compared_where_they_are_known(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
