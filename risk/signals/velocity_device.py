"""Other accounts came with the same device lately."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

FEW = 2  # other accounts in 30 days: more than two people at one computer
MANY = 6

HANDSETS = ("mobile", "tablet")
COMMON = 1  # others expected to look the same, from which the device is not one that can be counted on


def look(facts: Facts) -> Finding:
    """Only of a device that can be told from others does it say something how many came with it."""
    if facts.velocity is None or "device_accounts_30d" not in facts.velocity:
        return Unknown("how many others came with the device")
    if _looks_like_others(facts):
        return Unknown("a device that can be told from others of its model")
    others = facts.velocity["device_accounts_30d"]
    if others >= MANY:
        return Hit("velocity_device_many", (("others", others),))
    return Hit("velocity_device_few", (("others", others),)) if others >= FEW else CLEAR


def _looks_like_others(facts: Facts) -> bool:
    """Handsets of one model do, unless their print was compared with what is common and found to be rare."""
    if facts.device is not None and facts.device.common is not None:
        return facts.device.common >= COMMON
    return facts.browser is None or facts.browser.kind in HANDSETS


SIGNAL = Signal(
    name="velocity_device",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "velocity_device_few",
            "Two to five other accounts came with the same device within 30 days.",
            "Families and flats with one computer; people who forgot that they have an account.",
        ),
        ReasonKind(
            "velocity_device_many",
            "Six or more other accounts came with the same device within 30 days.",
            "Libraries, schools and cafes with computers for all, and offices whose computers are set up alike.",
        ),
    ),
    look=look,
)
