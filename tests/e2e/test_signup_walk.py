"""The walk of a person through the example product, in a real browser, with all of Gatehouse running."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.live import Live
from tests.e2e.walks import before, confirm, read_code, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def walker(person: Browser, live_gatehouse: Live, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """An ordinary person's browser."""
    with before(person, live_gatehouse.address, request.node.name) as context:
        yield context


def test_a_person_confirms_their_mailbox_and_then_their_phone_and_rises_each_time(walker: BrowserContext) -> None:
    page = walker.new_page()
    sign_up(page, "alice.archer", "+14155552671")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is open")
    expect(page.locator("[data-tier]")).to_have_text("trial")
    confirm(page, "email", "alice.archer@gmail.com")
    expect(page.locator("[data-tier]")).to_have_text("basic")
    confirm(page, "phone", "+14155552671")
    expect(page.locator("[data-tier]")).to_have_text("standard")


def test_the_page_brings_a_device_token_and_gatehouse_knows_it(walker: BrowserContext) -> None:
    page = walker.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(fault.message))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    with page.expect_request("**/example/signup") as sent:
        sign_up(page, "tom.token")
    assert "device_token=gh_dt_" in (sent.value.post_data or "")
    assert "device_token_" not in (page.locator("pre").text_content() or "")  # no reason speaks of the token
    assert faults == []


def test_a_wrong_code_is_said_and_can_be_tried_again(walker: BrowserContext) -> None:
    page = walker.new_page()
    sign_up(page, "wanda.wrong")
    page.locator('[data-check="email"]').get_by_role("button", name="Send me a code").click()
    expect(page.locator('[data-check="email"][data-status="sent"]')).to_be_visible()
    code = read_code(walker, "wanda.wrong@gmail.com")
    field = page.get_by_label("Six-digit code")
    field.fill(f"{(int(code) + 1) % 1_000_000:06d}")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the code")
    field.fill(code)
    field.press("Enter")
    expect(page.locator("[data-tier]")).to_have_text("basic")


def test_an_automated_browser_is_challenged_and_told_nothing_of_why(browser: Browser, live_gatehouse: Live) -> None:
    with browser.new_context(base_url=live_gatehouse.address) as context:
        page = context.new_page()
        sign_up(page, "bob.bot")
        assert page.locator("[data-outcome]").get_attribute("data-outcome") != "allow"
        assert "automation_" in (page.locator("pre").text_content() or "")
        assert "automat" not in page.locator("section").first.inner_text().lower()


def test_without_javascript_the_signup_goes_through(person: Browser, live_gatehouse: Live) -> None:
    with person.new_context(base_url=live_gatehouse.address, java_script_enabled=False) as context:
        page = context.new_page()
        sign_up(page, "nell.noscript")
        expect(page.locator("[data-tier]")).to_have_text("trial")
        page.locator('[data-check="email"]').get_by_role("button", name="Send me a code").click()
        code = read_code(context, "nell.noscript@gmail.com")
        page.get_by_label("Six-digit code").fill(code)
        page.get_by_role("button", name="Confirm").click()
        expect(page.locator("[data-tier]")).to_have_text("basic")
