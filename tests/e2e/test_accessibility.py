"""Everybody can use the pages: axe-core finds nothing in them that breaks WCAG 2.x A or AA, in a real browser.

Light and dark, on a laptop and on a phone. Axe finds what a machine can: names, roles, contrast, structure, sizes.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.live import Live, running

pytestmark = [pytest.mark.browser, pytest.mark.processes]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
LAPTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
# What is django-unfold's own and cannot be mended from outside: the rule, the part of the page, and why it stands.
LEFT: Mapping[str, tuple[str, str]] = {}

HISTORY = """
import tempfile
from django.core.management import call_command
from django.contrib.auth import get_user_model
from django.utils import timezone
from risk.models import Ring, StoredPolicy
from risk.outcome import Outcome
from tests.operator import ring_of
from tiers.models import Account
from verification import backtest_runs, publishing
from verification.appeal_links import link_of
from verification.models import Signup
with tempfile.TemporaryDirectory() as folder:
    call_command("simulate", "--out", folder, "--accounts", "600", "--seed", "seen", "--operated", "0.2")
    call_command("import_signups", folder + "/signups.jsonl")
ring = ring_of(list(Account.objects.order_by("pk")[:60]))
policy = StoredPolicy.objects.get()
draft = publishing.draft({**policy.document, "name": "stricter"}, by="user:1")
backtest_runs.start(draft, by=get_user_model().objects.first(), at=timezone.now())
stopped = Signup.objects.filter(account__held=True).latest("pk")
print("SEEN", stopped.pk, stopped.account.account_id, ring.pk, policy.pk, draft.pk, link_of(stopped))
"""


@pytest.fixture(scope="module")
def live_gatehouse() -> Iterator[Live]:
    """One of its own: rings of this history would take in the people of other tests, who have one browser.

    No round of detection falls into the looks: its one ring is made up, and would be found to be none.
    """
    with running(RINGS_SECONDS="86400") as live:
        yield live


@pytest.fixture(scope="module")
def pages(live_gatehouse: Live) -> dict[str, str]:
    """Addresses of the main pages, by their names, with a history behind them."""
    said = live_gatehouse.runs(HISTORY)
    _, stopped, account, ring, policy, draft, link = next(line for line in said.splitlines() if "SEEN" in line).split()
    return {
        "signing in": "/console/login/",
        "the first page": "/console/",
        "the queue": "/console/verification/case/",
        "the filters of the queue": "/console/verification/case/?status=all",
        "a search": f"/console/verification/signup/?q={account}",
        "signups": "/console/verification/signup/",
        "a case": f"/console/verification/signup/{stopped}/change/",
        "rings": "/console/risk/ring/",
        "a ring": f"/console/risk/ring/{ring}/change/",
        "an act on a ring": f"/console/risk/ring/{ring}/change/?act=confirm",
        "policies": "/console/risk/storedpolicy/",
        "a policy": f"/console/risk/storedpolicy/{policy}/change/",
        "the editor of policies": f"/console/risk/storedpolicy/draft/?of={draft}",
        "lists": "/console/risk/listentry/",
        "an appeal": "/appeal/" + link.partition("/appeal/")[2],
        "signing up": "/example/",
    }


@contextmanager
def looking(browser: Browser, live: Live, theme: Any, size: Any) -> Iterator[Page]:
    """A page before an analyst who is signed in."""
    with browser.new_context(base_url=live.address, color_scheme=theme, viewport=size) as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto("/console/")
        page.locator("input[name=username]").fill(live.login)
        page.locator("input[name=password]").fill(live.password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/console/")
        yield page


def broken(page: Page, name: str) -> list[str]:
    """What axe finds on a page, a line for each part."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    assert len(found["passes"]) > 10, f"{name}: axe saw next to nothing"
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    return [f"{name}: {wide} pixels wider than the screen (1.4.10)"] * (wide > 1) + [
        f"{name}: {rule['id']}: {', '.join(part['target'])}: {part['failureSummary']} {part['html'][:200]}"
        for rule in found["violations"]
        for part in rule["nodes"]
        if not _is_left(rule["id"], part["target"])
    ]


def _is_left(rule: str, target: list[str]) -> bool:
    left = LEFT.get(rule)
    return left is not None and left[0] in json.dumps(target)


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_breaks_what_wcag_asks_for(
    browser: Browser, live_gatehouse: Live, pages: dict[str, str], theme: str, size: dict[str, int]
) -> None:
    faults: list[str] = []
    with looking(browser, live_gatehouse, theme, size) as page:
        for name, address in pages.items():
            if name == "signing in":
                continue
            answer = page.goto(address)
            assert answer is not None
            assert answer.ok, name
            page.wait_for_load_state("networkidle")
            faults += broken(page, name)
        page.context.clear_cookies()
        page.goto(pages["signing in"])
        faults += broken(page, "signing in")
    assert not faults, "\n".join(faults)
