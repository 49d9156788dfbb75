"""What the agent script finds out about a browser: faked properties, faked and blurred canvases, traces of programs."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from risk.canvas_challenge import Judged, issue, judge
from risk.facts import CanvasState, ChallengeState
from tests.e2e.site import FORM, Site
from verification.intake import Told, read_page

pytestmark = pytest.mark.browser

ASK = "async (options) => (await import('/agent/v1.js')).start({key: 'gh_pk_example', ...options}).token()"
NOISE = """<script>
    const { getImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.getImageData = function (...area) {
        const image = getImageData.apply(this, area);
        for (let place = 0; place < image.data.length; place += 97) image.data[place] ^= Math.random() < 0.5 ? 1 : 0;
        return image;
    };
</script>"""
REPLACED = """<script>
    CanvasRenderingContext2D.prototype.getImageData = (x, y, width, height) => {
        const image = new ImageData(width, height);
        for (let place = 0; place < image.data.length; place += 1) image.data[place] = (place * 7) % 256;
        return image;
    };
</script>"""
HIDDEN = REPLACED.replace("(place * 7) % 256", "255")


def told(site: Site) -> Told:
    """What the agent told the last time, as Gatehouse reads it."""
    return read_page(site.posts("/v1/devices")[-1].json)


def challenged(tab: Page, site: Site, before: str = "") -> Judged:
    """What a canvas is worth in a page, after a script of the page's."""
    now = datetime.now(UTC)
    site.challenge = {**asdict(issue(application="shop", at=now)), "expires_in": 600}
    tab.goto(site.show(before + FORM))
    tab.evaluate(ASK, {})
    return judge(told(site).drawn, application="shop", at=now)


def test_a_canvas_draws_what_the_server_knows_it_must(tab: Page, site: Site) -> None:
    found = challenged(tab, site)
    assert (found.challenge, found.canvas) == (ChallengeState.MET, CanvasState.STEADY)


@pytest.mark.parametrize(
    ("script", "challenge", "canvas"),
    [
        (NOISE, ChallengeState.MET, CanvasState.RANDOMISED),
        (REPLACED, ChallengeState.FAILED, None),
        (HIDDEN, ChallengeState.ABSENT, CanvasState.RANDOMISED),
    ],
    ids=["noise", "one picture for all", "white"],
)
def test_a_canvas_that_shows_something_else_is_told_from_one_that_draws(
    tab: Page, site: Site, script: str, challenge: ChallengeState, canvas: CanvasState | None
) -> None:
    found = challenged(tab, site, script)
    assert (found.challenge, found.canvas) == (challenge, canvas)


@pytest.mark.parametrize("given", [None, {}, {"challenge": 7, "seed": None, "expires_in": "soon"}])
def test_without_a_challenge_the_page_goes_on(tab: Page, site: Site, given: dict[str, Any] | None) -> None:
    site.challenge = given
    tab.goto(site.show(FORM))
    assert tab.evaluate(ASK, {})
    assert told(site).drawn is None


def test_every_token_brings_a_drawing_of_its_own(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.evaluate("""async () => {
        const agent = (await import("/agent/v1.js")).start({key: "gh_pk_example"});
        await agent.token();
        await agent.token();
    }""")
    assert len(site.posts("/v1/devices/challenge")) == len(site.posts("/v1/devices")) == 2


def test_nobody_who_only_passes_by_asks_for_a_challenge(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.wait_for_timeout(300)
    assert site.received == []
    tab.get_by_label("Name").focus()
    tab.wait_for_timeout(300)
    assert len(site.posts("/v1/devices/challenge")) == 1


def test_an_unchanged_browser_tells_the_same_in_all_three_places(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.evaluate(ASK, {})
    contexts = site.posts("/v1/devices")[-1].json["contexts"]
    assert contexts["page"]["user_agent"] == contexts["frame"]["user_agent"] == contexts["worker"]["user_agent"]
    assert contexts["page"]["webgl_renderer"] == contexts["frame"]["webgl_renderer"]
    assert told(site).page.differs == ()


@pytest.mark.parametrize(
    ("fake", "names"),
    [
        ("Object.defineProperty(Navigator.prototype, 'platform', {get: () => 'Win32'})", ["platform"]),
        (
            "Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', {get: () => 77})",
            ["hardware_concurrency"],
        ),
        ("Object.defineProperty(navigator, 'userAgent', {get: () => 'Mozilla/5.0 (iPhone)'})", ["user_agent"]),
        ("Object.defineProperty(Navigator.prototype, 'languages', {get: () => ['xx']})", ["languages"]),
    ],
    ids=["platform", "cores", "user agent", "languages"],
)
def test_what_a_script_fakes_in_the_page_the_frame_and_the_worker_give_away(
    tab: Page, site: Site, fake: str, names: list[str]
) -> None:
    tab.goto(site.show(f"<script>{fake}</script>{FORM}"))
    tab.evaluate(ASK, {})
    assert told(site).page.differs == tuple(f"{place}.{name}" for place in ("frame", "worker") for name in names)


def test_a_hidden_webdriver_is_seen_in_the_frame(tab: Page, site: Site) -> None:
    tab.goto(site.show(f"<script>Object.defineProperty(navigator, 'webdriver', {{get: () => false}})</script>{FORM}"))
    tab.evaluate(ASK, {})
    assert told(site).page.differs == ("frame.webdriver",)


@pytest.mark.parametrize(("worker", "asked"), [("blob", True), ("/agent/v1-worker.js", True), ("none", False)])
def test_the_page_says_where_its_worker_comes_from(tab: Page, site: Site, worker: str, asked: bool) -> None:  # noqa: FBT001 - a row
    tab.goto(site.show("<p>Hello</p>"))  # the first look is the only one: no form that asks for it
    tab.evaluate(ASK, {"worker": worker})
    assert (site.posts("/v1/devices")[-1].json["contexts"]["worker"] is not None) is asked


@pytest.mark.parametrize("worker", ["https://elsewhere.example/worker.js", "/nothing.js", "http://", "data:,"])
def test_a_worker_that_cannot_be_had_is_not_compared_and_no_fault(tab: Page, site: Site, worker: str) -> None:
    faults: list[str] = []
    tab.on("pageerror", lambda fault: faults.append(fault.message))
    tab.goto(site.show("<p>Hello</p>"))  # the first look is the only one: no form that asks for it
    assert tab.evaluate(ASK, {"worker": worker})
    assert site.posts("/v1/devices")[-1].json["contexts"]["worker"] is None
    assert told(site).page.differs == ()
    assert faults == []


def test_on_another_origin_no_worker_is_tried_and_no_policy_is_broken(tab: Page, site: Site) -> None:
    gatehouse = site.address.replace("127.0.0.1", "localhost")
    policy = f"default-src 'none'; script-src {gatehouse}; connect-src {gatehouse}; form-action 'self'"
    tab.add_init_script("""
        globalThis.violations = [];
        addEventListener("securitypolicyviolation", (event) => violations.push(event.blockedURI + event.sample));
    """)
    tab.goto(site.show(FORM, script=f"{gatehouse}/agent/v1.js", Content_Security_Policy=policy))
    tab.get_by_label("Name").focus()
    tab.evaluate(ASK.replace("'/agent", f"'{gatehouse}/agent"), {})
    contexts = site.posts("/v1/devices")[-1].json["contexts"]
    assert (contexts["worker"], contexts["frame"] is None) == (None, False)
    assert told(site).drawn is not None
    assert tab.evaluate("violations") == []


def test_client_hints_are_sent_as_the_browser_tells_them(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.evaluate(ASK, {})
    hints = site.posts("/v1/devices")[-1].json["hints"]
    assert hints.keys() == {
        "brands", "mobile", "platform", "platform_version", "architecture", "bitness", "model",
    }  # fmt: skip
    assert (hints["platform"], hints["mobile"]) == ("Linux", False)
    assert any(brand.startswith(("Chromium ", "HeadlessChrome ")) for brand in hints["brands"])


def test_a_debugger_is_noticed_though_the_browser_denies_being_driven(tab: Page, site: Site) -> None:
    tab.goto(site.show(f"<script>Object.defineProperty(navigator, 'webdriver', {{get: () => false}})</script>{FORM}"))
    tab.evaluate(ASK, {})
    assert "debugger" in (told(site).page.scan or ())


def test_the_page_keeps_its_own_way_of_writing_errors(tab: Page, site: Site) -> None:
    tab.goto(site.show(f"<script>Error.prepareStackTrace = () => 'mine'</script>{FORM}"))
    tab.evaluate(ASK, {})
    assert tab.evaluate("new Error('x').stack") == "mine"
    tab.goto(site.show(FORM))
    tab.evaluate(ASK, {})
    assert tab.evaluate("'prepareStackTrace' in Error") is False


def test_components_are_short_and_tell_how_long_they_took(tab: Page, site: Site) -> None:
    tab.goto(site.show(FORM))
    tab.evaluate(ASK, {})
    components = told(site).page.components
    assert {
        "fonts", "fontPreferences", "audio", "canvasGeometry", "canvasText", "math", "plugins", "webGlBasics",
        "webGlExtensions", "osCpu", "vendorFlavors", "colorGamut", "dateTimeLocale", "architecture", "deviceMemory",
    } <= components.keys()  # fmt: skip
    assert max(map(len, components.values())) <= 40
    assert all(part["duration"] >= 0 for part in site.posts("/v1/devices")[-1].json["components"].values())
