"""We have known this device for a while."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

LONG_DAYS = 30
SURE = 0.9  # that it is the device that was known, where that is in question
EVERYBODYS = 6  # other accounts in 30 days: a fingerprint that so many share is nobody's own


def look(facts: Facts) -> Finding:
    """What many people come with is old because it is common, and speaks for none of them; nor does a likeness."""
    if facts.device is None or "device" in facts.missing:
        return Unknown("since when the device is known")
    if facts.device.known_days is None or facts.device.known_days < LONG_DAYS:
        return CLEAR
    if facts.device.common or (facts.device.confidence is not None and facts.device.confidence < SURE):
        return CLEAR
    if facts.velocity is None or "device_accounts_30d" not in facts.velocity:
        return Unknown("how many others the device came with")
    if facts.velocity["device_accounts_30d"] >= EVERYBODYS:
        return CLEAR
    return Hit("device_long_known", (("days", int(facts.device.known_days)),))


SIGNAL = Signal(
    name="device_long_known",
    family=Family.STANDING,
    reasons=(
        ReasonKind(
            "device_long_known",
            "The device has been known for 30 days or more and few come with it.",
            "It speaks for the person: a browser that somebody keeps using.",
        ),
    ),
    look=look,
)
