"""The console's pages work under a policy that runs nothing inline and nothing made of text: what opens, opens.

One walk with one browser: through every page of the menu, and through all that a page does without asking the server.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.processes]

# Told as errors beside those of the page itself.
TELLS = "addEventListener('securitypolicyviolation', e => console.error(`${e.violatedDirective} ${e.blockedURI}`))"
MADE = """
from risk.rings.states import RingState
from tests.operator import accounts_of, ring_of, traces_of
accounts = accounts_of(60, "walked")
traces_of(accounts, DOMAIN=3, PHONE_100=30, BIN=3)
print("RING", ring_of(accounts, state=RingState.CONFIRMED).pk)
"""
# By a timer: what a debugger evaluates is let do it.
FORBIDDEN = """() => new Promise(done => setTimeout(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = 1";
    document.body.append(script);
    try { done(new Function("return 1")()) } catch (refused) { done(refused.name) }
}))"""
LAPTOP: Any = {
    "width": 1280,
    "height": 860,
}  # filters stand beside the list on wider screens, and are a sheet on this one
CORNER = (LAPTOP["width"] - 8, LAPTOP["height"] - 8)  # where nothing is
MENU = "#nav-sidebar a[href^='/console/']"
USER = "[x-on\\:click='openUserLinks = !openUserLinks']"
DARK = re.compile(r"\bdark\b")


@pytest.fixture(scope="module")
def ring(live_gatehouse: Live) -> str:
    """The number of a ring with 60 members."""
    found = re.search(r"RING (\d+)", live_gatehouse.runs(MADE))
    assert found
    return found[1]


@pytest.fixture
def faults() -> list[str]:
    """What the pages of a walk complained of."""
    return []


@pytest.fixture
def desk(browser: Browser, live_gatehouse: Live, faults: list[str]) -> Iterator[Page]:
    """The console, before an analyst who is signed in; each fault of a page is written down with its address."""
    with browser.new_context(base_url=live_gatehouse.address, viewport=LAPTOP) as context:
        context.add_init_script(TELLS)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda fault: faults.append(f"{page.url}: {fault.message}"))
        page.on(
            "console",
            lambda said: faults.append(f"{page.url}: {said.text}") if said.type in {"error", "warning"} else None,
        )
        page.goto("/console/")
        page.locator("input[name=username]").fill(live_gatehouse.login)
        page.locator("input[name=password]").fill(live_gatehouse.password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/console/")
        yield page


def test_every_page_of_the_menu_works(desk: Page, ring: str, faults: list[str]) -> None:
    menu = desk.locator(MENU).evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(set(menu)) > 20
    for address in (
        *dict.fromkeys(menu),
        "/console/auth/user/add/",
        "/console/auth/user/1/change/",
        "/console/risk/storedpolicy/draft/",
        "/console/sign-in/",
        f"/console/risk/ring/{ring}/change/?act=clear",
        "/v1/docs",
    ):
        answer = desk.goto(address)
        assert answer is not None
        assert answer.ok, address
        if address.startswith("/console/"):
            expect(desk.locator("html")).not_to_have_attribute("x-cloak", "")  # Alpine has begun
    expect(desk.locator(".opblock").first).to_be_visible()
    desk.locator(".opblock").first.click()
    expect(desk.get_by_role("button", name="Try it out")).to_be_visible()
    assert faults == []


def test_what_opens_on_a_page_opens_and_closes(desk: Page, faults: list[str]) -> None:
    desk.goto("/console/verification/case/")
    beside = partial(desk.mouse.click, *CORNER)
    filters, user, links = (
        desk.locator("#changelist-filter"),
        desk.locator(USER),
        desk.locator("[x-show=openUserLinks]"),
    )
    opens(desk.get_by_role("button", name="Filters"), filters, lambda: desk.keyboard.press("Escape"))
    opens(user, links, user.click)
    opens(user, links, beside)
    command = desk.locator("#search-input-command")
    desk.keyboard.press("Control+k")
    expect(command).to_be_focused()
    command.press_sequentially("rings")
    result = desk.locator("#command-results-list").get_by_role("link").first
    expect(result).to_be_visible()
    command.press("Escape")  # empties it, and
    command.press("Escape")
    expect(command).to_be_hidden()
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()
    assert faults == []


def opens(opener: Locator, part: Locator, close: Callable[[], None]) -> None:
    """Hidden, shown by a click, and hidden again."""
    expect(part).to_be_hidden()
    opener.click()
    expect(part).to_be_visible()
    close()
    expect(part).to_be_hidden()


def test_a_key_takes_the_command_search_to_what_it_found(desk: Page, faults: list[str]) -> None:
    desk.keyboard.press("Control+k")
    command = desk.locator("#search-input-command")
    command.press_sequentially("backtest")
    expect(desk.locator("#command-results-list").get_by_role("link").first).to_be_visible()
    command.press("ArrowDown")
    command.press("Enter")
    desk.wait_for_url("**/console/verification/backtestrun/")
    assert faults == []


def test_the_look_and_the_menu_stay_as_they_were_chosen(desk: Page, faults: list[str]) -> None:
    page, menu = desk.locator("html"), desk.locator("#nav-sidebar")
    expect(page).not_to_have_class(DARK)
    desk.locator(USER).click()
    desk.locator("[x-on\\:click=\"switchTheme('dark')\"]").click()
    expect(page).to_have_class(DARK)
    desk.get_by_role("button", name="Menu").click()
    expect(menu).to_be_hidden()
    desk.goto("/console/risk/ring/")
    expect(page).to_have_class(DARK)
    expect(menu).to_be_hidden()
    desk.get_by_role("button", name="Menu").click()
    expect(menu).to_be_visible()
    desk.set_viewport_size({"width": 390, "height": 844})
    expect(menu).to_be_hidden()
    desk.get_by_role("button", name="Menu").click()
    expect(menu).to_be_visible()
    assert faults == []


def test_a_script_made_of_text_and_one_written_into_the_page_do_not_run(desk: Page, faults: list[str]) -> None:
    assert desk.evaluate(FORBIDDEN) == "EvalError"
    assert desk.evaluate("window.ran") is None
    assert len([fault for fault in faults if "script-src" in fault]) >= 2
