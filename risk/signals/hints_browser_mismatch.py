"""The browser that the user agent names is not the one that the browser's own client hints name."""

from risk.facts import BrowserFacts, Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# Browsers on Chromium by their names in the user agent, with what their brands call them. Others that hide behind
# Chrome's user agent (Brave, Vivaldi, DuckDuckGo) name themselves in the hints alone, so Chrome is any of them.
BRANDS = {
    "Chrome": (),
    "Chrome Mobile": (),
    "Chrome Mobile WebView": (),
    "Chromium": (),
    "Edge": ("microsoft edge", "microsoft edge webview2"),
    "Edge Mobile": ("microsoft edge",),
    "Opera": ("opera", "opera gx", "opera air"),
    "Opera Mobile": ("opera",),
    "Samsung Internet": ("samsung internet",),
}
OWN_VERSIONS = ("Opera", "Opera Mobile", "Samsung Internet")  # whose own version is not Chromium's
NOT_CHROMIUM = ("Firefox", "Firefox Mobile", "Firefox iOS", "Safari", "Mobile Safari", "Chrome Mobile iOS")


def look(facts: Facts) -> Finding:
    """Changing the user agent is one line; hints are asked for in another place and are often forgotten."""
    if facts.hints is None or not facts.hints.brands:
        return Unknown("the browser's client hints")
    if facts.browser is None:
        return Unknown("the user agent")
    return _compared(facts.browser, dict(facts.hints.brands))


def _compared(browser: BrowserFacts, brands: dict[str, int]) -> Finding:
    evidence = (("user_agent", browser.family), ("brands", ", ".join(brands)[:128]))
    if browser.family in NOT_CHROMIUM:
        return Hit("hints_browser_mismatch_engine", evidence)  # only Chromium has client hints
    if browser.family not in BRANDS:
        return Unknown("what the brands of the user agent's browser are")
    if BRANDS[browser.family] and not set(BRANDS[browser.family]) & set(brands):
        return Hit("hints_browser_mismatch_brand", evidence)
    if browser.family in OWN_VERSIONS or browser.major is None or brands.get("chromium") in (None, browser.major):
        return CLEAR
    return Hit("hints_browser_mismatch_version", (("user_agent", browser.major), ("hints", brands["chromium"])))


SIGNAL = Signal(
    name="hints_browser_mismatch",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "hints_browser_mismatch_engine",
            "The user agent is Firefox's or Safari's, but the browser has client hints, which only Chromium has.",
            "Extensions that change the user agent, and developers who try out another browser's.",
        ),
        ReasonKind(
            "hints_browser_mismatch_brand",
            "The user agent names a browser that the client hints do not name.",
            "Extensions that change the user agent; a browser that has just been renamed.",
        ),
        ReasonKind(
            "hints_browser_mismatch_version",
            "The user agent and the client hints name different versions of the browser.",
            "Extensions and company settings that freeze the user agent; apps whose embedded browser was updated while"
            " they ran.",
        ),
    ),
    look=look,
)
