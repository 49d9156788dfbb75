"""The picture of a ring, in a real browser: it is drawn, it answers a click, and the page's policy stops none of it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes]

# Confirmed: beat's rounds are at work beside the test, and of a suspected ring they would take members away.
RING = """
from risk.rings.states import RingState
from tests.operator import accounts_of, ring_of, traces_of
accounts = accounts_of(400)
traces_of(accounts, DOMAIN=3, PHONE_100=30, BIN=3)
ring_of(accounts, state=RingState.CONFIRMED)
"""
PAINTED = """graph => [...graph.querySelectorAll("canvas")].some(canvas => canvas.width > 0 &&
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0))"""
FIRST_VALUE = "graph => graph._cyreg.cy.nodes('[kind = \"value\"]')[0].renderedPosition()"


@pytest.fixture
def desk(browser: Browser, live_gatehouse: Live) -> Page:
    """The page of a ring, before an analyst who is signed in."""
    live_gatehouse.runs(RING)
    page = browser.new_context(base_url=live_gatehouse.address).new_page()
    page.set_default_timeout(20_000)
    page.goto("/console/")
    page.locator("input[name=username]").fill(live_gatehouse.login)
    page.locator("input[name=password]").fill(live_gatehouse.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/console/")
    return page


def test_the_picture_of_a_ring_is_drawn_and_tells_of_a_value_that_is_chosen(desk: Page) -> None:
    faults: list[str] = []
    desk.on("pageerror", lambda fault: faults.append(fault.message))
    desk.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    desk.goto("/console/risk/ring/")
    desk.locator("#result_list a").first.click()
    graph = desk.locator("#gh-graph")
    expect(graph).to_have_attribute(
        "data-nodes", "161"
    )  # 150 members, three domains and eight blocks; BINs tell nothing of them
    expect(desk.locator("#gh-graph-said")).to_contain_text("150 of 400 members, taken evenly")
    assert graph.evaluate(PAINTED)
    graph.click(position=graph.evaluate(FIRST_VALUE))
    expect(desk.locator("#gh-graph-chosen")).to_have_text("Mail domain 1: 51 of the members drawn here.")
    desk.get_by_role("button", name="Closer").click()
    desk.get_by_role("button", name="All of it").click()
    desk.get_by_text("The same as a list").click()
    expect(desk.locator(".gh-graph-list li").first).to_have_text("Mail domain 1: 51")
    assert faults == []
