"""Makes the pictures of the README and the guides: `make pictures`. Starts a Gatehouse of its own, and walks.

`make pictures EVERYWHERE=folder` also takes each whole page in light and dark, on a laptop and on a
phone, into a folder: to be looked through for what overlaps, is cut off or stays empty.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.live import Live, running
from tests.e2e.walks import CHROMIUM, FLAGS, a_person, before, confirm, sign_up

PICTURES = Path(__file__).parent / "pictures"
SIZE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
# A made-up history is of any time: this one ends today, so that the first page has something to count.
HISTORY = """
import json, tempfile
from datetime import datetime, timedelta
from pathlib import Path
from django.core.management import call_command
from django.utils import timezone
from verification.friction.counting import recount

def moved(path, name, by, until):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        line[name] = (datetime.fromisoformat(line[name]) + by).isoformat()
    kept = [line for line in lines if until - timedelta(days=60) < datetime.fromisoformat(line[name]) < until]
    path.write_text("".join(json.dumps(line) + "\\n" for line in kept))

with tempfile.TemporaryDirectory() as folder:
    call_command("simulate", "--out", folder, "--accounts", "4000", "--seed", "pictures", "--use")
    signups, usage, now = Path(folder) / "signups.jsonl", Path(folder) / "usage.jsonl", timezone.now()
    last = datetime.fromisoformat(json.loads(signups.read_text().splitlines()[-1])["created_at"])
    whole_hours = timedelta(hours=(now - last) // timedelta(hours=1))
    moved(signups, "created_at", whole_hours, now)
    moved(usage, "window_start", whole_hours, now - timedelta(hours=1))
    call_command("import_signups", str(signups))
    call_command("import_usage", str(usage))
    call_command("detect_rings", "--full")
    list(recount(timezone.now()))
"""


def main() -> None:
    """Walk as a person and as a script, then as the analyst who looks at both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--everywhere", type=Path, help="the folder for whole pages in every look")
    everywhere = parser.parse_args().everywhere
    for folder in filter(None, (PICTURES, everywhere)):
        folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright, running() as live:
        camera = Camera(live, everywhere)
        live.runs(HISTORY)  # first: who comes is counted in their order, once it is known what became of them
        with playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as robot:
            _sign_up_as_a_script(robot, live)
        with a_person(playwright.chromium) as browser:
            _sign_up_as_a_person(browser, camera)
            _look_as_an_analyst(browser, camera)


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes pictures of a running Gatehouse; where there is a folder, of whole pages in every look too."""

    live: Live
    everywhere: Path | None

    def take(self, page: Page, name: str) -> None:
        """What is seen now."""
        page.screenshot(path=PICTURES / f"{name}.png")
        if self.everywhere is not None:
            for theme in ("light", "dark"):
                for size, view in (("laptop", SIZE), ("phone", PHONE)):
                    self.look(page, theme, view)
                    page.screenshot(path=self.everywhere / f"{name}-{theme}-{size}.png", full_page=True)
            self.look(page, "light", SIZE)

    def also(self, page: Page, name: str, theme: str, view: dict[str, int]) -> None:
        """The same page in another look."""
        self.look(page, theme, view)
        page.screenshot(path=PICTURES / f"{name}.png")
        self.look(page, "light", SIZE)

    def look(self, page: Page, theme: str, view: dict[str, int]) -> None:
        """Load the page anew in a look."""
        page.set_viewport_size(view)  # type: ignore[arg-type] # a plain dict
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type] # one of its words
        page.reload()
        page.wait_for_load_state("networkidle")


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


def _sign_up_as_a_person(browser: Browser, camera: Camera) -> None:
    with before(browser, camera.live.address, "alice", viewport=SIZE) as alice:
        page = alice.new_page()
        page.goto("/example/")
        camera.take(page, "signup")
        sign_up(page, "alice.archer", "+14155552671")
        confirm(page, "email", "alice.archer@gmail.com")
        camera.take(page, "answer")
        page.goto("/dev/inbox/")
        camera.take(page, "inbox")


def _look_as_an_analyst(browser: Browser, camera: Camera) -> None:
    page = _page(browser, camera.live)
    page.goto("/console/")
    page.locator("input[name=username]").fill(camera.live.login)
    page.locator("input[name=password]").fill(camera.live.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/console/")
    camera.take(page, "today")
    page.goto("/console/verification/case/")
    camera.take(page, "queue")
    camera.also(page, "queue-phone", "light", PHONE)
    page.goto("/console/verification/signup/")
    camera.take(page, "signups")
    page.locator("#result_list tbody tr", has_text="In review").or_(
        page.locator("#result_list tbody tr", has_text="Refused")
    ).first.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    camera.take(page, "console")
    camera.also(page, "console-dark", "dark", SIZE)
    page.goto("/console/risk/storedpolicy/")
    page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    camera.take(page, "policy")
    _look_at_rings(page, camera)


def _look_at_rings(page: Page, camera: Camera) -> None:
    page.goto("/console/risk/ring/")
    camera.take(page, "rings")
    page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    camera.take(page, "ring")
    for part, name in (("#gh-graph", "ring-graph"), ("section:has(> #gh-networks)", "ring-networks")):
        page.locator(part).scroll_into_view_if_needed()
        page.wait_for_timeout(2_000)
        page.locator(part).screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
