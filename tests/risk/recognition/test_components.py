"""What a device is known by, taken from its report: hashes, and nothing that can be read back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import BrowserFacts
from risk.recognition.components import CAUSES, COMPONENTS, print_of
from risk.registration import DeviceReport
from tests.risk.recognition.prints import CHROME, desktop, digest, phone


def test_a_print_holds_numbers_only() -> None:
    assert all(isinstance(value, int) for value in desktop().values.values())
    assert set(desktop().values) == {name for name in COMPONENTS if not name.startswith("+")}


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"canvas": "other"}, {"canvas"}),
        ({"webgl_renderer": "other"}, {"gpu"}),
        ({"fonts": ("Segoe UI", "Calibri", "Arial")}, set()),
        ({"fonts": ("Arial",)}, {"fonts"}),
        ({"device_memory": 8.0}, set()),
        ({"hardware_concurrency": 16}, {"cores"}),
    ],
)
def test_a_change_of_the_report_changes_its_component_alone(changes: dict[str, Any], changed: set[str]) -> None:
    before, after = desktop().values, desktop(**changes).values
    assert {name for name in before if before[name] != after[name]} == changed


def test_a_phone_on_its_side_has_the_same_screen() -> None:
    assert phone(screen="852x393x24").values == phone().values


def test_what_was_not_reported_is_left_out() -> None:
    seen = print_of(DeviceReport(visitor_id="x"), None, {}, digest)
    assert seen.values == {}
    assert not seen.telling


@pytest.mark.parametrize("kind", ["bot", "tool", "other"])
def test_what_is_no_browser_has_no_system(kind: str) -> None:
    assert "system" not in desktop(BrowserFacts(kind, "curl", 8, "Other", None, ())).values


def test_further_digests_count_by_the_names_that_are_known_and_no_others() -> None:
    seen = desktop(further={"domBlockers": "x", "screenFrame": "", "made up": "y", "canvas": "z"})
    assert set(seen.values) - set(desktop().values) == {"+domBlockers"}
    assert seen.values["canvas"] == desktop().values["canvas"]


def test_a_parent_that_was_not_reported_is_passed_over_for_the_next_one_above() -> None:
    assert desktop().parent_of("canvas") == desktop().values["gpu"]
    assert desktop(webgl_vendor=None, webgl_renderer=None).parent_of("canvas") == desktop().values["system"]
    assert desktop().parent_of("timezone") is None


@pytest.mark.parametrize("handset", [False, True])
def test_the_tree_of_parents_has_no_circle(handset: bool) -> None:  # noqa: FBT001 - a case, not a switch
    for component in COMPONENTS.values():
        passed: list[str] = []
        name: str | None = component.name
        while name is not None:
            assert name not in passed
            passed.append(name)
            name = COMPONENTS[name].parent[handset]


def test_causes_name_components_of_the_table() -> None:
    assert all(cause.touches <= set(COMPONENTS) for cause in CAUSES)


@given(st.sampled_from(sorted(COMPONENTS)), st.floats(0, 10_000), st.floats(0, 10_000))
def test_a_value_is_likelier_to_have_changed_the_longer_ago_it_was_seen(name: str, one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert 0 < COMPONENTS[name].stays(far) <= COMPONENTS[name].stays(near) < 1


@given(st.builds(DeviceReport), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=8))
def test_any_report_has_a_print(report: DeviceReport, further: dict[str, str]) -> None:
    assert print_of(report, CHROME, further, digest).major == CHROME.major
