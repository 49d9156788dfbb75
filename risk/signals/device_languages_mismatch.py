"""The page and the request name different languages."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# Codes that ISO 639 replaced, or whose speakers set one and get the other: some browsers still send the old ones.
SAME = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "tl": "fil", "nb": "no", "nn": "no"}


def look(facts: Facts) -> Finding:
    """Whether what navigator.languages and Accept-Language name overlaps; never which languages they are."""
    if facts.device is None or not facts.device.languages:
        return Unknown("the device's languages")
    if facts.browser is None or not facts.browser.languages:
        return Unknown("the request's languages")
    device = {_known(tag) for tag in facts.device.languages}
    if device & {_known(tag) for tag in facts.browser.languages}:
        return CLEAR
    return Hit("device_languages_mismatch")


def _known(tag: str) -> str:
    primary = tag.replace("_", "-").split("-", maxsplit=1)[0].lower()
    return SAME.get(primary, primary)


SIGNAL = Signal(
    name="device_languages_mismatch",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_languages_mismatch",
            "The languages that the page sees and those that the request names have none in common.",
            "Extensions that hide the languages in one of the two places; callers whose server sends its own"
            " Accept-Language.",
        ),
    ),
    look=look,
)
