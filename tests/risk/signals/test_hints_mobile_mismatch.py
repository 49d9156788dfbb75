"""Hints and user agent must agree on whether this is a phone."""

from dataclasses import replace
from typing import Any

import pytest

from risk.facts import Facts, HintFacts
from risk.signals.hints_mobile_mismatch import SIGNAL
from tests.risk.alice import alice, answer, with_


def hinted(*, mobile: bool | None, **browser: Any) -> Facts:
    """Alice whose client hints say so."""
    hints = HintFacts((("chromium", 148),), mobile=mobile, platform=None, platform_major=None, architecture=None,
                      bitness=None, model=False)  # fmt: skip
    return replace(with_("browser", **browser), hints=hints)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(hinted(mobile=False), "clear", id="a computer"),
        pytest.param(hinted(mobile=True, kind="mobile"), "clear", id="a phone"),
        pytest.param(
            hinted(mobile=False, kind="mobile"), "hints_mobile_mismatch", id="a server that says it is a phone"
        ),
        pytest.param(hinted(mobile=True), "hints_mobile_mismatch", id="a phone that says it is a computer"),
        pytest.param(hinted(mobile=False, kind="tablet"), "unknown", id="a tablet, which says either"),
        pytest.param(hinted(mobile=None), "unknown", id="hints that do not say"),
        pytest.param(alice(hints=None), "unknown", id="no hints"),
        pytest.param(replace(hinted(mobile=True), browser=None), "unknown", id="no user agent"),
    ],
)
def test_a_phone_says_so_in_both_places(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
