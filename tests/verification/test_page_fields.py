"""The parts of a page's report are bounded, and what is not of their form is said to be where it is."""

from typing import Any

import pytest
from rest_framework import serializers

from risk.facts import ChallengeState
from tests.cast import ALICE
from verification.intake import read_page

SENT: dict[str, Any] = {
    "device": ALICE["device"],
    "components": {
        "fonts": {"value": "9a3f", "duration": 12},
        "audio": {"error": "no answer in 1200 ms", "duration": 1200.4},
        "osCpu": {"value": "", "duration": 0},
    },
    "contexts": {
        "page": {"platform": "Win32", "webdriver": False},
        "frame": {"platform": "Win32", "webdriver": True},
        "worker": None,
    },
    "scan": ["debugger"],
    "canvas": {"challenge": "gh_dc_x", "colours": ["ffffff"], "noise": 0, "same": True},
    "took_ms": 210,
}


def test_components_are_kept_by_name_and_those_that_failed_are_listed() -> None:
    page = read_page(SENT).page
    assert page.components == {"fonts": "9a3f", "osCpu": ""}
    assert page.failed == ("audio",)


def test_what_places_tell_differently_is_worked_out_here_and_not_in_the_page() -> None:
    assert read_page(SENT).page.differs == ("frame.webdriver",)


def test_a_challenge_is_not_believed_before_it_is_judged() -> None:
    told = read_page(SENT)
    assert told.page.challenge is ChallengeState.ABSENT
    assert told.drawn is not None
    assert told.drawn.colours == ("ffffff",)


def test_an_older_agent_script_that_sends_none_of_it_is_understood() -> None:
    page = read_page({"device": ALICE["device"], "components": {"canvas": {"error": "no"}}}).page
    assert (page.components, page.failed) == ({}, ("canvas",))
    assert (page.scan, page.differs) == (None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("components", {str(number): {"value": ""} for number in range(65)}),
        ("components", {"x" * 41: {"value": ""}}),
        ("components", {"fonts": {"value": "x" * 129}}),
        ("components", {"fonts": {"value": 7}}),
        ("components", {"fonts": "9a3f"}),
        ("components", {"fonts": {"value": "", "duration": -1}}),
        ("components", {"fonts": {"value": "", "duration": float("nan")}}),
        ("components", []),
        ("contexts", {"page": {"webdriver": "no"}}),
        ("contexts", {"page": {"user_agent": "x" * 513}}),
        ("contexts", "page"),
        ("scan", ["x"] * 33),
        ("scan", [7]),
        ("canvas", {"challenge": "gh_dc_x"}),
        ("canvas", {**SENT["canvas"], "colours": ["ffffff"] * 65}),
        ("canvas", {**SENT["canvas"], "same": 1}),
        ("canvas", True),
    ],
)
def test_what_is_not_of_the_form_is_an_error_that_names_its_field(field: str, value: Any) -> None:
    with pytest.raises(serializers.ValidationError) as caught:
        read_page({**SENT, field: value})
    assert field in caught.value.detail


def test_surrogates_and_control_characters_are_taken_as_they_came() -> None:
    sent = {**SENT, "components": {"\ud800": {"value": "\x00\ud800"}}, "scan": ["\ud800"]}
    assert read_page(sent).page.components == {"\ud800": "\x00\ud800"}
