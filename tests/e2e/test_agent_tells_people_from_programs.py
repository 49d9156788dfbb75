"""The same Chromium, driven by hands and driven by a program: the one is let in, the other is caught.

The hands are those of tests/e2e/desk.py: keys and moves through the X server, and a browser that has no debugger.
"""

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page

from risk.canvas_challenge import issue, judge
from risk.facts import CanvasState, ChallengeState
from risk.signals.form_machine_rhythm import SPREAD_LEAST_MS
from tests.e2e.desk import CHROMIUM, FIREFOX, Desk
from tests.e2e.live import Live
from tests.e2e.site import FORM, Site
from tests.e2e.walks import CHROMIUM as CHROMIUM_PATH
from tests.e2e.walks import FLAGS
from verification.intake import read_page

pytestmark = [pytest.mark.browser, pytest.mark.processes]

# Reasons that say "a program" or "a lie". Graphics in software and an address inside the machine are true here.
AGAINST_PROGRAMS = re.compile(r"automation_|browser_|form_|device_(?!software_gpu)")
WHERE = """<p id="next"></p><script>
    addEventListener("load", () => setTimeout(() => {
        const left = globalThis.mozInnerScreenX ?? screenX + (outerWidth - innerWidth) / 2;
        const top = globalThis.mozInnerScreenY ?? screenY + outerHeight - innerHeight;
        fetch("/where", {method: "POST", body: JSON.stringify({left, top, width: innerWidth, height: innerHeight})})
            .then(() => { if ("%(next)s") location.replace("%(next)s") });
    }, 500));
</script>"""
RESIST = """user_pref("privacy.resistFingerprinting", true);
user_pref("privacy.resistFingerprinting.letterboxing", false);
"""


@dataclass(frozen=True, slots=True)
class Window:
    """Where a page lies on the screen, and how large it is."""

    left: float
    top: float
    width: int
    height: int

    def middle(self, box: Any) -> tuple[float, float]:
        return self.left + box["x"] + box["width"] / 2, self.top + box["y"] + box["height"] / 2


def until(there: Callable[[], Any], *, seconds: float = 20.0) -> Any:
    """What is there in the end. Raises AssertionError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := there():
            return found
        time.sleep(0.2)
    raise AssertionError("nothing came in time")


def window_of(site: Site) -> Window:
    """The window that a browser reported from the site's page."""
    return Window(**until(lambda: site.posts("/where"))[-1].json)


def places_in(browser: Browser, address: str, window: Window, *fields: str) -> list[tuple[float, float]]:
    """Where fields lie on the screen: measured in another browser, so that nothing touches the one at the desk."""
    with browser.new_context(viewport={"width": window.width, "height": window.height}) as context:
        page = context.new_page()
        page.goto(address)
        return [window.middle(page.locator(field).bounding_box()) for field in fields]


def newcomer(live: Live, before: set[str]) -> dict[str, Any]:
    """How the account stands that was not there before."""
    return until(lambda: [line for name, line in live.standings().items() if name not in before])[0]  # type: ignore[no-any-return] # JSON


def sign_up_by_hand(desk: Desk, places: list[tuple[float, float]]) -> None:
    email, name, button = places
    desk.click(*email)
    desk.type("hanna.hand@gmail.com")
    desk.click(*name)
    desk.type("hanna hand")
    desk.click(*button)


@pytest.mark.parametrize("command", [CHROMIUM, FIREFOX], ids=["chromium", "firefox"])
def test_a_person_at_an_ordinary_browser_is_let_in(
    desk: Desk, browser: Browser, site: Site, live_gatehouse: Live, command: tuple[str, ...]
) -> None:
    before, address = set(live_gatehouse.standings()), f"{live_gatehouse.address}/example/"
    with desk.browsing(command, site.show(WHERE % {"next": address})):
        places = places_in(browser, address, window_of(site), "#email", "#name", "button.primary")
        time.sleep(1)
        sign_up_by_hand(desk, places)
        found = newcomer(live_gatehouse, before)
    assert [code for code in found["reasons"] if AGAINST_PROGRAMS.match(code)] == []
    assert (found["outcome"], found["held"]) == ("allow", False)


def sign_up_by_program(page: Page, address: str) -> None:
    page.goto(f"{address}/example/")
    page.get_by_label("E-mail address").click()
    page.get_by_label("E-mail address").press_sequentially("bob.program@gmail.com")
    page.get_by_label("Name").click()
    page.get_by_label("Name").press_sequentially("Bob Program")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/example/account")


def caught(page: Page) -> set[str]:
    """The reasons of the signup that the page shows. Fails where it was let in."""
    assert page.locator("[data-outcome]").get_attribute("data-outcome") != "allow"
    return set(re.findall(r'"code": "(\w+)"', page.locator("pre").text_content() or ""))


def test_the_same_chromium_under_playwright_is_caught(desk: Desk, chromium: BrowserType, live_gatehouse: Live) -> None:
    with chromium.launch(
        executable_path=CHROMIUM_PATH, headless=False, args=["--no-sandbox"], env={**desk.env()}
    ) as browser:
        page = browser.new_page()
        sign_up_by_program(page, live_gatehouse.address)
        found = caught(page)
    assert {"automation_webdriver", "automation_debugger", "form_machine_rhythm", "form_pointer_jumps"} <= found


def test_the_same_chromium_under_a_playwright_that_hides_itself_is_caught(
    desk: Desk, chromium: BrowserType, live_gatehouse: Live
) -> None:
    with chromium.launch(
        executable_path=CHROMIUM_PATH,
        headless=False,
        args=["--no-sandbox", "--disable-blink-features=AutomationControlled"],
        ignore_default_args=["--enable-automation"],
        env={**desk.env()},
    ) as browser:
        page = browser.new_context(no_viewport=True).new_page()
        sign_up_by_program(page, live_gatehouse.address)
        found = caught(page)
    assert "automation_webdriver" not in found
    assert {"automation_debugger", "form_machine_rhythm", "form_pointer_jumps"} <= found


def test_the_same_chromium_without_a_window_is_caught(chromium: BrowserType, live_gatehouse: Live) -> None:
    with chromium.launch(executable_path=CHROMIUM_PATH, args=FLAGS) as browser:
        page = browser.new_page()
        sign_up_by_program(page, live_gatehouse.address)
        assert {"browser_headless", "automation_headless", "automation_debugger"} <= caught(page)


def told_by_hand(desk: Desk, site: Site, *, prefs: str = "") -> Any:
    """What the agent tells of a person who types at Firefox."""
    address = site.show(FORM.replace("required", "required autofocus") + WHERE % {"next": ""})
    with desk.browsing(FIREFOX, address, prefs=prefs):
        window_of(site)
        time.sleep(1)
        desk.type("alice archer")
        desk.do("key", "Return")
        return until(lambda: site.posts("/v1/devices"))[-1].json


def test_in_firefox_nothing_is_missing_and_nothing_differs(desk: Desk, site: Site) -> None:
    sent = told_by_hand(desk, site)
    page = read_page(sent).page
    assert (page.failed, page.differs, page.scan, page.bot) == ((), (), (), "")
    assert sent["contexts"]["worker"] is not None
    assert (sent["hints"], sent["canvas"]["noise"], sent["canvas"]["same"]) == (None, 0, True)
    assert sent["form"]["key_gap_spread_ms"] > SPREAD_LEAST_MS


def test_firefox_s_protection_against_fingerprinting_is_no_lie_and_no_program(desk: Desk, site: Site) -> None:
    now = datetime.now(UTC)
    site.challenge = {**asdict(issue(application="shop", at=now)), "expires_in": 600}
    sent = told_by_hand(desk, site, prefs=RESIST)
    told = read_page(sent)
    assert sent["form"]["key_gap_spread_ms"] > SPREAD_LEAST_MS  # though its clock goes in steps
    assert (told.page.differs, told.page.scan, told.page.bot) == ((), (), "")
    judged = judge(told.drawn, application="shop", at=now)
    assert (judged.challenge, judged.canvas) == (ChallengeState.ABSENT, CanvasState.RANDOMISED)
