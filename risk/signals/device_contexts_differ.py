"""The page, a frame in it and a worker tell different things of one browser."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

EVIDENCE_MAX = 6  # names shown


def look(facts: Facts) -> Finding:
    """Scripts that fake a browser change what the page sees, and forget that it can ask elsewhere."""
    if facts.device is None or facts.device.differs is None:
        return Unknown("what a frame or a worker sees")
    if not facts.device.differs:
        return CLEAR
    return Hit("device_contexts_differ", (("differs", ", ".join(facts.device.differs[:EVIDENCE_MAX])),))


SIGNAL = Signal(
    name="device_contexts_differ",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_contexts_differ",
            "The page, a frame in it and a worker tell different things of the same browser.",
            "Extensions that change the user agent, the time zone or the graphics card, and reach the page only.",
        ),
    ),
    look=look,
)
