"""The agent script in a real browser: what it tells, what it never does, and that no page breaks because of it."""

import time
from dataclasses import fields
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from risk.registration import FormReport
from tests.cast import ALICE
from tests.e2e.site import FORM, TOKEN, Site
from verification.intake import PAGE

pytestmark = pytest.mark.browser

ASK = "async (options) => (await import('/agent/v1.js')).start({key: 'gh_pk_example', ...options}).token()"
STRICT = {
    "self only": "default-src 'self'",
    "nothing but scripts and calls": "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'",
    "trusted types": "default-src 'self'; require-trusted-types-for 'script'",
    "sandboxed": "sandbox allow-scripts allow-forms",
}


NOTE_VIOLATIONS = """
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sample}) => {
        violations.push(`${violatedDirective} ${blockedURI} ${sample}`);
    });
"""
# FingerprintJS measures fonts in a frame that it fills by srcdoc; where Trusted Types forbid it, it goes without them.
KNOWN = "HTMLIFrameElement srcdoc"


def report(site: Site) -> Any:
    """What the agent told, the last time."""
    return site.posts("/v1/devices")[-1].json


def test_the_report_has_the_names_of_the_import_format(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    assert tab.evaluate(ASK, {}) == TOKEN
    sent = site.posts("/v1/devices")[-1]
    assert sent.headers["Authorization"] == "Bearer gh_pk_example"
    parts = {"device", "bot", "scan", "hints", "contexts", "components", "canvas", "form", "took_ms"}
    assert sent.json.keys() == parts
    assert PAGE.run_validation(sent.json)
    assert sent.json["device"].keys() == ALICE["device"].keys()
    assert sent.json["form"] is None
    assert len(sent.json["device"]["canvas"]) == 16
    assert len(sent.json["device"]["audio"]) == 8


def test_the_device_is_told_as_the_browser_shows_it(browser: Browser, site: Site) -> None:
    settings = {"locale": "de-CH", "timezone_id": "Europe/Zurich", "has_touch": True}
    with browser.new_context(**settings, screen={"width": 430, "height": 932}) as context:  # type: ignore[arg-type]
        tab = context.new_page()
        tab.goto(site.show(FORM))
        tab.evaluate(ASK, {})
    device = report(site)["device"]
    assert (device["screen"], device["timezone"], device["languages"]) == ("430x932x24", "Europe/Zurich", ["de-CH"])
    assert device["touch_points"] > 0
    assert isinstance(device["hardware_concurrency"], int)


def test_an_automated_browser_says_so(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.evaluate(ASK, {})
    assert report(site)["device"]["webdriver"] is True
    assert report(site)["bot"]["bot"] is True


def test_a_browser_is_known_again_in_a_fresh_profile(browser: Browser, site: Site) -> None:
    address = site.show(FORM)
    for _ in range(2):
        with browser.new_context() as context:
            tab = context.new_page()
            tab.goto(address)
            tab.evaluate(ASK, {})
    first, second = (sent.json["device"] for sent in site.posts("/v1/devices"))
    assert first == second


def test_a_form_is_sent_with_its_token_and_its_button(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.get_by_label("Name").fill("Alice")
    tab.get_by_role("button", name="Paid").click()
    tab.wait_for_url("**/welcome")
    assert [sent.form for sent in site.posts("/welcome")] == [
        {"name": ["Alice"], "plan": ["paid"], "device_token": [TOKEN]}
    ]


def test_a_form_that_came_later_is_wired_too(tab: Page, site: Site) -> None:
    tab.goto(site.show("<main></main>"))
    tab.evaluate("(form) => { document.querySelector('main').innerHTML = form }", FORM)
    tab.get_by_label("Name").fill("Alice")
    tab.get_by_role("button", name="Free").click()
    tab.wait_for_url("**/welcome")
    assert site.posts("/welcome")[0].form["device_token"] == [TOKEN]


def test_how_a_form_is_filled_in_is_counted_and_not_what_is_filled_in(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    name = tab.get_by_label("Name")
    name.click()
    name.press_sequentially("Wolpertinger", delay=10)
    tab.keyboard.press("ControlOrMeta+a")
    tab.keyboard.press("ControlOrMeta+c")
    tab.keyboard.press("ControlOrMeta+v")
    tab.get_by_role("button", name="Free").click()
    tab.wait_for_url("**/welcome")
    form = report(site)["form"]
    assert form.keys() == {field.name for field in fields(FormReport)}
    assert form["keystrokes"] == len("Wolpertinger") + 2 * 3  # and the three shortcuts, each with its modifier
    assert form["pastes"] == 1
    assert form["pointer_events"] >= 2
    assert form["duration_ms"] >= 120
    assert b"Wolpertinger" not in site.posts("/v1/devices")[-1].body


def test_keys_at_a_steady_pace_and_clicks_after_a_leap_are_measured(tab: Page, site: Site) -> None:
    tab.goto(site.show(f'<div style="height: 300px"></div>{FORM}'))
    tab.mouse.move(5, 5)
    tab.get_by_label("Name").click()
    tab.keyboard.type("Wolpertinger", delay=20)
    tab.mouse.move(700, 20)
    tab.get_by_role("button", name="Free").click()
    tab.wait_for_url("**/welcome")
    form = report(site)["form"]
    assert 15 <= form["key_gap_ms"] <= 60
    assert form["key_dwell_ms"] is not None
    assert (form["clicks"], form["pointer_jumps"], form["touches"]) == (2, 2, 0)


def test_a_mouse_that_is_led_does_not_leap(tab: Page, site: Site) -> None:
    tab.goto(site.show(f'<div style="height: 300px"></div>{FORM}'))
    for target in (tab.get_by_label("Name"), tab.get_by_role("button", name="Free")):
        tab.mouse.move(600, 30, steps=30)
        box = target.bounding_box()
        assert box
        tab.mouse.move(box["x"] + 5, box["y"] + 5, steps=30)
        tab.mouse.down()
        tab.mouse.up()
        tab.keyboard.type("Alice")
    tab.wait_for_url("**/welcome")
    form = report(site)["form"]
    assert (form["clicks"], form["pointer_jumps"]) == (2, 0)
    assert (form["key_gap_ms"], form["key_dwell_ms"]) == (None, None)  # five keys tell no rhythm


def test_text_that_no_key_brought_is_counted_as_such(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.get_by_label("Name").focus()
    tab.keyboard.insert_text("Wolpertinger")
    tab.get_by_role("button", name="Free").click()
    tab.wait_for_url("**/welcome")
    form = report(site)["form"]
    assert (form["keystrokes"], form["screen_keys"]) == (0, 1)


def test_a_finger_is_no_mouse(browser: Browser, site: Site) -> None:
    with browser.new_context(has_touch=True) as context:
        tab = context.new_page()
        tab.goto(site.show(FORM))
        tab.get_by_label("Name").tap()
        tab.get_by_label("Name").fill("Alice")
        tab.get_by_role("button", name="Free").tap()
        tab.wait_for_url("**/welcome")
    form = report(site)["form"]
    assert (form["touches"], form["clicks"], form["pointer_jumps"]) == (2, 0, 0)


def test_a_script_that_fills_the_form_in_leaves_no_trace_of_a_hand(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.evaluate("""() => {
        const name = document.querySelector("[name=name]");
        name.value = "Bob";
        for (const type of ["keydown", "paste", "pointerdown"]) name.dispatchEvent(new Event(type, {bubbles: true}));
        document.querySelector("form").requestSubmit();
    }""")
    tab.wait_for_url("**/welcome")
    form = report(site)["form"]
    assert (form["keystrokes"], form["pastes"], form["pointer_events"]) == (0, 0, 0)


def test_the_page_s_own_listeners_see_one_submission(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.evaluate("""() => {
        globalThis.seen = [];
        document.querySelector("form").addEventListener("submit", (event) => {
            event.preventDefault();
            seen.push([event.submitter.value, new FormData(event.target).get("device_token")]);
        });
    }""")
    tab.get_by_label("Name").fill("Alice")
    for _ in range(2):  # the page keeps the form, so each submission brings a token of its own
        tab.get_by_role("button", name="Paid").click()
        tab.wait_for_function("() => !document.querySelector('form[aria-busy]')")
    assert tab.evaluate("seen") == [["paid", TOKEN], ["paid", TOKEN]]
    assert len(site.posts("/v1/devices")) == 2


def test_an_impatient_second_click_sends_nothing_twice(tab: Page, site: Site) -> None:
    site.wait = 0.5
    tab.goto(site.show(FORM))
    tab.get_by_label("Name").fill("Alice")
    tab.get_by_role("button", name="Free").dblclick()
    tab.wait_for_url("**/welcome")
    assert len(site.posts("/v1/devices")) == len(site.posts("/welcome")) == 1


def test_an_incomplete_form_is_left_to_the_browser(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.get_by_role("button", name="Free").click()
    assert tab.evaluate("document.activeElement.name") == "name"
    assert site.posts("/v1/devices") == site.posts("/welcome") == []
    tab.get_by_label("Name").fill("Alice")
    tab.get_by_role("button", name="Free").click()
    tab.wait_for_url("**/welcome")


def test_a_field_called_submit_does_not_get_in_the_way(tab: Page, site: Site) -> None:
    fields = '<input type="hidden" name="requestSubmit"><button name="submit">Go</button></form>'
    tab.goto(site.show(FORM.replace("</form>", fields)))
    tab.get_by_label("Name").fill("Alice")
    tab.get_by_role("button", name="Go").click()
    tab.wait_for_url("**/welcome")
    assert site.posts("/welcome")[0].form["device_token"] == [TOKEN]


def test_a_script_loaded_twice_wires_once(tab: Page, site: Site) -> None:
    second = '<script type="module" src="/agent/v1.js?again"></script>'
    tab.goto(site.show(FORM + second))
    tab.get_by_label("Name").fill("Alice")
    tab.get_by_role("button", name="Free").click()
    tab.wait_for_url("**/welcome")
    assert len(site.posts("/v1/devices")) == len(site.posts("/welcome")) == 1


def test_without_javascript_the_form_is_sent_as_it_is(browser: Browser, site: Site) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(site.show(FORM))
        tab.get_by_label("Name").fill("Alice")
        tab.get_by_role("button", name="Free").click()
        tab.wait_for_url("**/welcome")
    assert site.posts("/welcome")[0].form == {"name": ["Alice"], "plan": ["free"]}


def test_when_gatehouse_thinks_for_ever_nobody_waits_longer_than_three_seconds(tab: Page, site: Site) -> None:
    site.wait = 8
    tab.goto(site.show(FORM))
    tab.get_by_label("Name").fill("Alice")
    clicked = time.monotonic()
    tab.get_by_role("button", name="Free").click()
    tab.wait_for_url("**/welcome")
    assert 2.5 < time.monotonic() - clicked < 5
    assert site.posts("/welcome")[0].form["device_token"] == [""]


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_when_gatehouse_refuses_the_form_goes_without_a_token(tab: Page, site: Site, status: int) -> None:
    site.status = status
    tab.goto(site.show(FORM))
    tab.get_by_label("Name").fill("Alice")
    tab.get_by_role("button", name="Free").click()
    tab.wait_for_url("**/welcome")
    assert site.posts("/welcome")[0].form["device_token"] == [""]


@pytest.mark.parametrize(
    "options",
    [
        {"endpoint": "http://127.0.0.1:9"},
        {"endpoint": "nonsense"},
        {"endpoint": None},
        {"key": "schlüssel\n"},
        {"form": 7},
    ],
    ids=["away", "no address", "null", "no header", "no form"],
)
def test_whatever_it_is_started_with_it_never_throws(tab: Page, site: Site, options: dict[str, Any]) -> None:
    faults: list[str] = []
    tab.on("pageerror", lambda fault: faults.append(fault.message))
    tab.goto(site.show(FORM))
    assert tab.evaluate(ASK, options) in (None, TOKEN)
    assert tab.evaluate("async () => (await import('/agent/v1.js')).start().token()") in (None, TOKEN)
    assert faults == []


@pytest.mark.parametrize("policy", STRICT.values(), ids=STRICT.keys())
def test_under_a_strict_content_security_policy_it_still_gives_a_token(tab: Page, site: Site, policy: str) -> None:
    faults: list[str] = []
    tab.on("pageerror", lambda fault: faults.append(fault.message))
    tab.add_init_script(NOTE_VIOLATIONS)
    tab.goto(site.show(FORM, Content_Security_Policy=policy))
    tab.evaluate(ASK, {})
    assert [found for found in tab.evaluate("violations") if KNOWN not in found] == []
    tab.get_by_label("Name").fill("Alice")
    tab.get_by_role("button", name="Free").click()
    tab.wait_for_url("**/welcome")
    assert site.posts("/welcome")[0].form["device_token"] == [TOKEN]
    assert faults == []


def test_a_policy_of_self_only_has_nothing_to_complain_of(tab: Page, site: Site) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text) if message.type != "debug" else None)
    tab.goto(site.show(FORM, Content_Security_Policy="default-src 'self'"))
    assert tab.evaluate(ASK, {}) == TOKEN
    assert [text for text in said if "favicon" not in text and "404" not in text] == []
    assert [name for name, told in report(site)["components"].items() if "error" in told] == []


def test_where_calls_are_forbidden_there_is_no_token_and_no_fault(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM, Content_Security_Policy="connect-src 'none'"))
    assert tab.evaluate(ASK, {}) is None


def test_a_source_that_fails_is_listed_and_stops_no_other(tab: Page, site: Site) -> None:
    tab.add_init_script("HTMLCanvasElement.prototype.getContext = () => { throw new Error('no canvas here') }")
    tab.goto(site.show(FORM))
    assert tab.evaluate(ASK, {}) == TOKEN
    assert report(site)["components"]["canvas"]["error"] == "Error: no canvas here"
    assert report(site)["device"]["canvas"] is None
    assert report(site)["device"]["audio"]


def test_a_source_that_hangs_is_listed_and_leaves_time_for_a_token(tab: Page, site: Site) -> None:
    tab.add_init_script("navigator.permissions.query = () => new Promise(() => {})")
    tab.add_init_script("NavigatorUAData.prototype.getHighEntropyValues = () => new Promise(() => {})")
    tab.goto(site.show(FORM))
    assert tab.evaluate(ASK, {}) == TOKEN
    components = report(site)["components"]
    assert {name for name, told in components.items() if "error" in told} == {"userAgentData", "bot"}
    assert components["userAgentData"]["duration"] >= 1000
    assert (report(site)["bot"], report(site)["hints"]) == (None, None)


def test_it_speaks_to_gatehouse_only(visitor: BrowserContext, tab: Page, site: Site) -> None:
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    tab.add_init_script("Math.random = () => 0")  # the libraries' own reports home come by chance
    tab.goto(site.show(FORM))
    tab.evaluate(ASK, {})
    tab.wait_for_timeout(300)
    assert {url for url in asked if not url.startswith(site.address)} <= {"about:srcdoc", "about:blank"}


def test_it_stores_nothing_in_the_browser(visitor: BrowserContext, tab: Page, site: Site) -> None:
    tab.add_init_script("""
        globalThis.written = [];
        const note = (name) => () => { written.push(name) };
        Object.defineProperty(Document.prototype, "cookie", {get: () => "", set: note("cookie")});
        Storage.prototype.setItem = note("storage");
        IDBFactory.prototype.open = note("database");
    """)
    tab.goto(site.show(FORM))
    assert tab.evaluate(ASK, {}) == TOKEN
    assert tab.evaluate("written") == []
    assert visitor.cookies() == []


def test_without_storage_it_works_as_well(tab: Page, site: Site) -> None:
    tab.add_init_script("""
        for (const name of ["localStorage", "sessionStorage", "indexedDB"])
            Object.defineProperty(globalThis, name, {get() { throw new DOMException("denied", "SecurityError") }});
    """)
    tab.goto(site.show(FORM))
    assert tab.evaluate(ASK, {}) == TOKEN


def test_it_leaves_the_page_as_it_found_it(tab: Page, site: Site) -> None:
    tab.goto(site.show("<p>Hello</p>"))
    before = tab.content()
    tab.evaluate(ASK, {})
    assert tab.content() == before
