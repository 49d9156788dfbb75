"""Signing in at the console by passkey, in a real browser with an authenticator, under the console's own policy."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.live import Live
from tests.e2e.test_local_checks import faults_of, with_authenticator

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_passkey_is_made_and_signs_in_without_a_password(browser: Browser, live_gatehouse: Live) -> None:
    named = live_gatehouse.address.replace("127.0.0.1", "localhost")  # passkeys belong to a name
    with browser.new_context(base_url=named) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        faults = faults_of(page)
        with_authenticator(page)
        _by_password(page, live_gatehouse)
        page.goto("/console/sign-in/")
        page.locator("#passkey-name").fill("laptop")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", name="Codes for later")).to_be_visible()
        page.get_by_role("link", name="I have them").click()
        _sign_out(page)
        page.goto("/console/verification/case/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(f"{named}/console/verification/case/")
        page.goto("/console/sign-in/")
        row = page.get_by_role("row").filter(has_text="laptop")
        expect(row).not_to_contain_text("never")
        _sign_out(page)
        _by_password(page, live_gatehouse)  # the passkey is asked for, beside the password
        beside = page.get_by_role("button", name="Use a passkey")
        expect(beside).to_be_visible(timeout=20_000)
        beside.click()
        page.wait_for_url(f"{named}/console/")
        page.goto("/console/sign-in/")
        page.get_by_role("button", name="Remove laptop").click()
        expect(page.get_by_text("opens nothing here any more")).to_be_visible()
        assert faults == []


def _by_password(page: Page, live: Live) -> None:
    page.goto("/console/login/")
    page.locator("input[name=username]").fill(live.login)
    page.locator("input[name=password]").fill(live.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def _sign_out(page: Page) -> None:
    page.goto("/console/")
    page.locator("#logout-form").evaluate("form => form.submit()")
    page.wait_for_url("**/logout/")
