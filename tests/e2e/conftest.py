"""A real browser, and a product's site for it to visit."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect, sync_playwright

from tests.e2e.desk import FIREFOX, XDOTOOL, XVFB, Desk, sitting
from tests.e2e.live import Live, running
from tests.e2e.site import Site, serving
from tests.e2e.walks import CHROMIUM, FLAGS, a_person

expect.set_options(timeout=20_000)  # workers that have just started take some seconds on a busy machine
AGENT = Path(__file__).parents[2] / "build" / "agent" / "v1.js"
MISSING = [
    reason
    for path, reason in {
        CHROMIUM: f"{CHROMIUM} is missing: apt-get install chromium",
        AGENT: "the agent script is not built: python -m verification.agent.build",
    }.items()
    if not path.exists()
]
MISSING_DESK = [
    f"{path} is missing: apt-get install {package}"
    for path, package in {XVFB: "xvfb", XDOTOOL: "xdotool", FIREFOX[0]: "firefox-esr"}.items()
    if not Path(path).exists()
]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skipped browser is said aloud: a green run without it proves less."""
    for reason in MISSING + MISSING_DESK:
        terminalreporter.write_line(f"WARNING: tests in a browser were skipped, {reason}", yellow=True, bold=True)


@pytest.fixture(scope="package")
def chromium() -> Iterator[BrowserType]:
    """The browser to start; closed before tests elsewhere run, for it keeps an event loop in the thread."""
    if MISSING and os.environ.get("GATEHOUSE_REQUIRE_BROWSER") == "1":
        pytest.fail("; ".join(MISSING), pytrace=False)
    if MISSING:
        pytest.skip("; ".join(MISSING))
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A screen, a mouse and a keyboard: a browser that nothing else drives."""
    if MISSING_DESK and os.environ.get("GATEHOUSE_REQUIRE_BROWSER") == "1":
        pytest.fail("; ".join(MISSING_DESK), pytrace=False)
    if MISSING_DESK:
        pytest.skip("; ".join(MISSING_DESK))
    with sitting() as desk:
        yield desk


@pytest.fixture(scope="package")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    """A browser as a program drives it."""
    with chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser:
        yield browser


@pytest.fixture(scope="package")
def person(chromium: BrowserType) -> Iterator[Browser]:
    """A browser that looks like that of an ordinary person."""
    with a_person(chromium) as browser:
        yield browser


@pytest.fixture(scope="package")
def live_gatehouse() -> Iterator[Live]:
    """All of Gatehouse, running."""
    with running() as live:
        yield live


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A profile of its own, fresh for each test."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def tab(visitor: BrowserContext) -> Page:
    """An open tab; nothing in these tests takes longer than ten seconds."""
    page = visitor.new_page()
    page.set_default_timeout(10_000)
    return page


@pytest.fixture
def site(chromium: BrowserType) -> Iterator[Site]:
    """A product's own site that loads the agent script."""
    with serving(AGENT) as site:
        yield site
