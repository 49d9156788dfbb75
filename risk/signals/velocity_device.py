"""Other accounts came with the same device lately."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

FEW = 2  # other accounts in 30 days: more than two people at one computer
MANY = 6

HANDSETS = ("mobile", "tablet")


def look(facts: Facts) -> Finding:
    """Handsets of one model look alike: thousands share a fingerprint, so their number says nothing of any of them."""
    if facts.velocity is None or "device_accounts_30d" not in facts.velocity:
        return Unknown("how many others came with the device")
    if facts.browser is None or facts.browser.kind in HANDSETS:
        return Unknown("a device that can be told from others of its model")
    others = facts.velocity["device_accounts_30d"]
    if others >= MANY:
        return Hit("velocity_device_many", (("others", others),))
    return Hit("velocity_device_few", (("others", others),)) if others >= FEW else CLEAR


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
