"""Makes the pictures of the README and the guides: `make pictures`. Starts a Gatehouse of its own, and walks."""

from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.live import Live, running
from tests.e2e.walks import CHROMIUM, FLAGS, a_person, before, confirm, sign_up

PICTURES = Path(__file__).parent / "pictures"
SIZE = {"width": 1280, "height": 860}
HISTORY = """
import tempfile
from django.core.management import call_command
with tempfile.TemporaryDirectory() as folder:
    call_command("simulate", "--out", folder, "--accounts", "4000", "--seed", "pictures")
    call_command("import_signups", folder + "/signups.jsonl")
    call_command("detect_rings", "--full")
"""


def main() -> None:
    """Walk as a person and as a script, then as the analyst who looks at both."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright, running() as live:
        with playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as robot:
            _sign_up_as_a_script(robot, live)
        live.runs(HISTORY)
        with a_person(playwright.chromium) as browser:
            _sign_up_as_a_person(browser, live)
            _look_as_an_analyst(browser, live)


def _page(browser: Browser, live: Live) -> Page:
    page = browser.new_context(base_url=live.address, viewport=SIZE).new_page()  # type: ignore[arg-type] # a plain dict
    page.set_default_timeout(15_000)
    return page


def _sign_up_as_a_script(browser: Browser, live: Live) -> None:
    page = _page(browser, live)
    page.goto("/example/")
    page.get_by_label("E-mail address").fill("xk29fj3q8z@mailinator.com")
    page.get_by_label("Name").fill("Bob")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/example/account")


def _sign_up_as_a_person(browser: Browser, live: Live) -> None:
    with before(browser, live.address, "alice", viewport=SIZE) as alice:
        page = alice.new_page()
        page.goto("/example/")
        _take(page, "signup")
        sign_up(page, "alice.archer", "+14155552671")
        confirm(page, "email", "alice.archer@gmail.com")
        _take(page, "answer")
        page.goto("/dev/inbox/")
        _take(page, "inbox")


def _look_as_an_analyst(browser: Browser, live: Live) -> None:
    page = _page(browser, live)
    page.goto("/console/")
    page.locator("input[name=username]").fill(live.login)
    page.locator("input[name=password]").fill(live.password)
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/console/")
    _take(page, "today")
    page.goto("/console/verification/case/")
    _take(page, "queue")
    page.goto("/console/verification/signup/")
    _take(page, "signups")
    page.locator("#result_list tbody tr", has_text="In review").or_(
        page.locator("#result_list tbody tr", has_text="Refused")
    ).first.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    _take(page, "console")
    page.goto("/console/risk/storedpolicy/")
    page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    _take(page, "policy")
    page.goto("/console/risk/ring/")
    _take(page, "rings")
    page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    _take(page, "ring")
    page.locator("#gh-graph").scroll_into_view_if_needed()
    page.wait_for_timeout(2_000)
    page.locator("#gh-graph").screenshot(path=PICTURES / "ring-graph.png")


def _take(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
