"""What a person does in the example product, and a browser that looks like a person's though a program drives it.

tests/e2e/desk.py sits a person at a screen of their own, which needs no disguise; it is slower, and drives nothing.
"""

import random
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, Locator, Page, expect

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What tells a person's browser from one that a program drives and shows to nobody.
PERSON_FLAGS = ["--disable-blink-features=AutomationControlled", "--disable-3d-apis"]  # 3D is drawn in software here
# The walk is watched by a debugger, which writes to this.
NO_DEBUGGER = "console.debug = () => {}"


@cache
def person_agent() -> str:
    """The user agent of this very browser with a window; its client hints tell the same version."""
    said = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", said)
    assert found
    return (
        f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{found[0]}.0.0.0 Safari/537.36"
    )


@contextmanager
def a_person(chromium: BrowserType) -> Iterator[Browser]:
    """A browser that looks like that of an ordinary person."""
    flags = [*FLAGS, *PERSON_FLAGS, f"--user-agent={person_agent()}"]
    with chromium.launch(executable_path=CHROMIUM, args=flags) as browser:
        yield browser


@contextmanager
def before(person: Browser, address: str, name: str, **settings: Any) -> Iterator[BrowserContext]:
    """The person before a site. Each name has a screen of its own, so that no two share a device."""
    screen = {"width": 1200 + sum(map(ord, name)) % 700, "height": 900}
    with person.new_context(**{"base_url": address, "screen": screen, **settings}) as context:
        context.set_default_timeout(20_000)
        context.add_init_script(NO_DEBUGGER)
        yield context


def reach(page: Page, target: Locator) -> None:
    """Lead the mouse to something and click on it."""
    box = target.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=25)
    target.click()


def sign_up(page: Page, name: str, phone: str = "") -> None:
    """Type the form in as people do."""
    page.goto("/example/")
    for label, value in (("E-mail address", f"{name}@gmail.com"), ("Name", name.title()), ("Phone", phone)):
        reach(page, page.get_by_label(label))
        for character in value:
            page.keyboard.type(character)
            page.wait_for_timeout(random.uniform(10, 90))
    reach(page, page.get_by_role("button", name="Create account"))
    page.wait_for_url("**/example/account")


def read_code(context: BrowserContext, to: str) -> str:
    """The newest code in the development inbox, read as a person reads it."""
    inbox = context.new_page()
    inbox.goto("/dev/inbox/")
    code = inbox.locator(f'[data-to="{to}"] .code').first.inner_text()  # the page renews itself until it is there
    inbox.close()
    return code.strip()


def confirm(page: Page, kind: str, to: str) -> None:
    """Ask for a code, read it, enter it."""
    card = page.locator(f'[data-check="{kind}"]')
    card.get_by_role("button", name="Send me a code").click()
    expect(page.locator(f'[data-check="{kind}"][data-status="sent"]')).to_be_visible()
    card.get_by_label("Six-digit code").fill(read_code(page.context, to))
    card.get_by_role("button", name="Confirm").click()
    expect(page.locator(f'[data-check="{kind}"][data-status="passed"]')).to_be_visible()
