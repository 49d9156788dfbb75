"""What the agent script found out stands in the facts of the device, and nothing that cannot be stored."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from risk.devices import PageReport
from risk.facts import CanvasState, ChallengeState
from risk.lookups.page import NAMES_MAX, with_page
from risk.registration import DeviceReport
from tests.risk.alice import ALICE
from tests.risk.lookups.hostile import storable

PAGE = PageReport(
    DeviceReport(),
    None,
    "",
    scan=("debugger",),
    differs=("worker.platform",),
    challenge=ChallengeState.MET,
    canvas=CanvasState.STEADY,
)


def test_what_the_page_found_out_is_kept() -> None:
    found = with_page(ALICE.device, PAGE)
    assert found is not None
    assert (found.scan, found.differs) == (("debugger",), ("worker.platform",))
    assert (found.challenge, found.canvas) == (ChallengeState.MET, CanvasState.STEADY)


def test_a_device_that_no_page_of_ours_saw_stays_unknown() -> None:
    assert with_page(ALICE.device, None) == ALICE.device
    assert with_page(None, PAGE) is None
    found = with_page(ALICE.device, replace(PAGE, scan=None, differs=None))
    assert found is not None
    assert (found.scan, found.differs) == (None, None)


@given(st.lists(st.text(), max_size=2 * NAMES_MAX))
def test_nothing_that_is_sent_breaks_it(names: list[str]) -> None:
    found = with_page(ALICE.device, replace(PAGE, scan=tuple(names)))
    assert found is not None
    assert found.scan is not None
    assert storable(found)
    assert len(found.scan) <= NAMES_MAX
