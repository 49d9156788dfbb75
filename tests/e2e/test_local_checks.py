"""The checks that Gatehouse poses itself, in a real browser: its own key ceremony, its own workers, a strict policy."""

from collections.abc import Iterator

import altcha
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.live import Live
from tests.e2e.site import Site
from tests.e2e.walks import before, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def walker(person: Browser, live_gatehouse: Live, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """An ordinary person's browser, each with a screen of their own."""
    with before(person, live_gatehouse.address, request.node.name) as context:
        yield context


def faults_of(page: Page) -> list[str]:
    """What the page's console and the policy complain of, as it comes."""
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(fault.message))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    return faults


def with_authenticator(page: Page) -> None:
    """A platform authenticator that is unlocked, as a phone's or a laptop's."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def press(page: Page, kind: str, button: str) -> None:
    page.locator(f'[data-check="{kind}"]').get_by_role("button", name=button).click()


def test_the_computer_works_and_the_work_counts(walker: BrowserContext) -> None:
    page = walker.new_page()
    faults = faults_of(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_up(page, "wilma.work")
    press(page, "proof_of_work", "Let it work")
    expect(page.locator('[data-check="proof_of_work"][data-status="passed"]')).to_be_visible()
    assert "proven_work" in (page.locator("pre").text_content() or "")
    assert faults == []
    origin = page.url.partition("/example")[0]
    assert [url for url in asked if not url.startswith(origin)] == []
    assert f"{origin}/agent/v1-checks-worker.js" in asked


def test_a_passkey_is_registered_and_later_shown(walker: BrowserContext) -> None:
    page = walker.new_page()
    faults = faults_of(page)
    with_authenticator(page)
    sign_up(page, "petra.passkey")
    press(page, "passkey", "Begin")
    press(page, "passkey", "Use my passkey")
    expect(page.locator('[data-check="passkey"][data-status="passed"]')).to_be_visible()
    assert "proven_passkey" in (page.locator("pre").text_content() or "")
    press(page, "passkey", "Show it again")
    assert "allowCredentials" in (page.locator("form[data-passkey]").get_attribute("data-passkey") or "")
    press(page, "passkey", "Use my passkey")
    expect(page.locator('[data-check="passkey"][data-status="passed"]')).to_be_visible()
    assert faults == []


def test_a_person_without_mailbox_phone_or_card_rises_by_passkey_and_work(walker: BrowserContext) -> None:
    page = walker.new_page()
    with_authenticator(page)
    sign_up(page, "nina.nothing")
    expect(page.locator("[data-tier]")).to_have_text("trial")
    press(page, "passkey", "Begin")
    press(page, "passkey", "Use my passkey")
    expect(page.locator('[data-check="passkey"][data-status="passed"]')).to_be_visible()
    press(page, "proof_of_work", "Let it work")
    expect(page.locator("[data-tier]")).to_have_text("basic")


def test_without_an_authenticator_the_page_says_so_and_offers_other_ways(walker: BrowserContext) -> None:
    page = walker.new_page()
    page.add_init_script("navigator.credentials.create = () => Promise.reject(new DOMException('', 'NotAllowedError'))")
    sign_up(page, "nolan.nokey")
    press(page, "passkey", "Begin")
    press(page, "passkey", "Use my passkey")
    expect(page.locator('[data-check="passkey"]').get_by_role("alert")).to_contain_text("choose another way")
    expect(page.locator('[data-check="email"]')).to_be_visible()


def test_a_page_of_another_origin_works_under_the_policy_that_the_docs_give(
    tab: Page, site: Site, live_gatehouse: Live
) -> None:
    """docs/checks-in-a-page.md: Gatehouse's address for scripts, and blob: for the worker."""
    faults, gatehouse = faults_of(tab), live_gatehouse.address
    policy = f"default-src 'none'; script-src {gatehouse}; style-src {gatehouse}; worker-src blob:"
    script = f"{gatehouse}/agent/v1-checks.js"
    tab.goto(site.show("<div id=work></div>", script=script, Content_Security_Policy=policy))
    posed = altcha.create_challenge("PBKDF2/SHA-256", 5_000, counter=100, hmac_secret="ours", hmac_key_secret="too")
    solution = tab.evaluate(
        "async ([script, posed]) => (await import(script)).proofOfWork(document.querySelector('#work'), posed)",
        [script, posed.to_dict()],
    )
    assert altcha.verify_solution(solution, "ours", hmac_key_secret="too").verified
    assert [fault for fault in faults if "favicon" not in fault] == []
