"""An endpoint gets what its filters name, and a filter that names nothing is found out."""

import pytest

from verification.events import EVENTS
from verification.webhooks.filters import tidy, unknown, wants


@pytest.mark.parametrize(
    ("filters", "event_type", "wanted"),
    [
        pytest.param(["*"], "ring.found", True, id="all"),
        pytest.param(["ring.*"], "ring.found", True, id="a family"),
        pytest.param(["ring.*"], "rings.found", False, id="no other that begins alike"),
        pytest.param(["ring.found"], "ring.found", True, id="by name"),
        pytest.param(["ring.found"], "ring.found_again", False, id="by the whole name"),
        pytest.param(["ring"], "ring.found", False, id="a family without its star"),
        pytest.param(["check.*", "ring.found"], "ring.found", True, id="any of several"),
        pytest.param([], "ring.found", False, id="none"),
        pytest.param(["RING.*"], "ring.found", False, id="names are in lower case"),
    ],
)
def test_what_is_wanted(filters: list[str], event_type: str, *, wanted: bool) -> None:
    assert wants(filters, event_type) is wanted


def test_a_filter_that_takes_in_no_event_is_unknown() -> None:
    assert unknown([*EVENTS, "*", "account.*", "webhook_endpoint.*"]) == []
    assert unknown(["signup.*", "sign.*", "signup", "*.decided", "", ".*", "**"]) == [
        *("sign.*", "signup", "*.decided", "", ".*", "**")
    ]


def test_a_filter_stands_once() -> None:
    assert tidy(["ring.*", "check.passed", "ring.*"]) == ["ring.*", "check.passed"]
