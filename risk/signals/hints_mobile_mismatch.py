"""The client hints and the user agent do not agree on whether this is a telephone."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# Only these two are plain: tablets say either, and a phone that asks for desktop pages changes both together.
MOBILE = {"mobile": True, "pc": False}


def look(facts: Facts) -> Finding:
    """A Chromium on a server that names a phone in its user agent still says that it is not mobile, or has a model."""
    if facts.hints is None or facts.hints.mobile is None:
        return Unknown("whether the client hints say mobile")
    if facts.browser is None or facts.browser.kind not in MOBILE:
        return Unknown("whether the user agent is a phone's or a computer's")
    if facts.hints.mobile is MOBILE[facts.browser.kind]:
        return CLEAR
    return Hit("hints_mobile_mismatch", (("kind", facts.browser.kind),))


SIGNAL = Signal(
    name="hints_mobile_mismatch",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "hints_mobile_mismatch",
            "The client hints say that this is a phone and the user agent that it is none, or the other way round.",
            "Extensions that change the user agent; phones in a dock that are used as a computer.",
        ),
    ),
    look=look,
)
