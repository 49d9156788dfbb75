"""A person shows a card in the example product, in a real browser, with all of Gatehouse running."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.live import Live
from tests.e2e.walks import before, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.processes]

CARD = '[data-check="payment"]'


def test_a_card_that_is_declined_and_then_one_that_works(person: Browser, live_gatehouse: Live) -> None:
    faults: list[str] = []
    with before(person, live_gatehouse.address, "card") as context:
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(fault.message))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        sign_up(page, "carol.card")
        page.locator(CARD).get_by_role("button", name="Show a card").click()
        page.get_by_label("A card that is declined").check()
        page.locator(CARD).get_by_role("button", name="Show it").click()
        expect(page.locator(f'{CARD}[data-status="sent"]')).to_contain_text("If it did not work before", timeout=15_000)
        expect(page.locator("[data-tier]")).to_have_text("trial")
        page.get_by_label("A Visa card that works").check()
        page.locator(CARD).get_by_role("button", name="Show it").click()
        expect(page.locator(f'{CARD}[data-status="passed"]')).to_be_visible(timeout=15_000)
        expect(page.locator("[data-tier]")).to_have_text("basic")
    assert faults == []
