"""The person's request named no language, as every browser does."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

BROWSERS = ("pc", "mobile", "tablet")
HEADER = "accept-language"
LEAST_HEADERS = 4  # a list shorter than this is no browser's whole list


def look(facts: Facts) -> Finding:
    """HTTP libraries send no Accept-Language unless told to. A caller that did not pass it on says nothing."""
    if facts.browser is None or facts.browser.kind not in BROWSERS:
        return Unknown("a browser's user agent")
    if facts.browser.languages:
        return CLEAR
    if facts.edge and len(facts.edge.header_order) >= LEAST_HEADERS:
        return CLEAR if HEADER in facts.edge.header_order else Hit("browser_language_absent")
    if facts.browser.language_sent is False:
        return Hit("browser_language_absent")
    return Unknown("the request's languages")


SIGNAL = Signal(
    name="browser_language_absent",
    family=Family.AUTOMATION,
    reasons=(
        ReasonKind(
            "browser_language_absent",
            "The person's request named no language (Accept-Language), as every browser does.",
            "Company proxies and extensions that remove it; callers who send an empty text for what they did not keep.",
        ),
    ),
    look=look,
)
