"""The walk of an analyst through the console, in a real browser, with all of Gatehouse running."""

from html import unescape

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def signed_up(browser: Browser, live_gatehouse: Live) -> str:
    """The account id of a signup that a program made, with the address of a throw-away mailbox."""
    with browser.new_context(base_url=live_gatehouse.address) as context:
        page = context.new_page()
        page.goto("/example/")
        page.get_by_label("E-mail address").fill("xk29fj3q8z@mailinator.com")
        page.get_by_label("Name").fill("Bob")
        page.get_by_role("button", name="Create account").click()
        page.wait_for_url("**/example/account")
        for _ in range(50):  # what comes in between would bring the analyst back
            if '"provisional": true' not in unescape(page.content()):
                break
            page.wait_for_timeout(200)
            page.reload()
        return page.locator('dt:text-is("Account") + dd').inner_text().strip()


@pytest.fixture
def desk(browser: Browser, live_gatehouse: Live) -> Page:
    """The console, with an analyst signed in."""
    page = browser.new_context(base_url=live_gatehouse.address).new_page()
    page.set_default_timeout(10_000)
    page.goto("/console/")
    page.locator("input[name=username]").fill(live_gatehouse.login)
    page.locator("input[name=password]").fill(live_gatehouse.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/console/")
    return page


def test_an_analyst_finds_a_signup_sees_why_and_approves_it_with_a_note(desk: Page, signed_up: str) -> None:
    faults: list[str] = []
    desk.on("pageerror", lambda fault: faults.append(fault.message))
    desk.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    desk.goto("/console/verification/signup/")
    desk.get_by_role("searchbox").or_(desk.locator("input[name=q]")).first.fill("xk29fj3q8z@mailinator.com")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name=signed_up).click()
    waterfall = desk.locator(".gh-fall")
    expect(waterfall).to_contain_text("mailbox_disposable")
    expect(waterfall).to_contain_text("All together")
    expect(desk.locator("main, article").first).not_to_contain_text("xk29fj3q8z@mailinator.com")
    desk.locator("#gh-note").fill("Our own load test.")
    desk.get_by_role("button", name="Approve").click()
    expect(desk.locator("article")).to_contain_text("trial")
    expect(desk.locator("article")).to_contain_text("Our own load test.")
    assert faults == []
