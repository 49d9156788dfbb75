"""Others came lately with neighbouring phone numbers."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# Other accounts in 30 days that are many for a block of so many numbers. A family's few numbers in a row are not.
FEW_OF_TEN = 5
FEW_OF_HUNDRED = 8
TIMES = 3  # as dense as the rest of the thousand: a carrier's new block fills evenly
# The share of all numbers of a thousand that honestly come to one product in a month, at most: chosen, not measured.
DENSEST = 0.05
SIZES = (10, 100, 1_000)


def look(facts: Facts) -> Finding:
    """SIM cards bought by the box are numbered in a row; people's numbers are spread over it."""
    if facts.phone is None or not facts.phone.valid:
        return Unknown("a valid phone number")
    velocity = facts.velocity or {}
    if not all(f"phone_{size}_accounts_30d" in velocity for size in SIZES):
        return Unknown("how many others came with neighbouring numbers")
    ten, hundred, thousand = (velocity[f"phone_{size}_accounts_30d"] for size in SIZES)
    usual = min(DENSEST, max(0, thousand - hundred) / 900)  # accounts a number in the rest of the thousand
    if ten < FEW_OF_TEN and hundred < max(FEW_OF_HUNDRED, 100 * TIMES * usual):
        return CLEAR
    if velocity.get("domain_accounts_7d", 0) >= (ten if ten >= FEW_OF_TEN else hundred):
        return CLEAR  # a company whose people come openly under its own domain buys its numbers together
    return Hit("phone_block", (("of_10", ten), ("of_100", hundred), ("of_1000", thousand)))


SIGNAL = Signal(
    name="phone_block",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "phone_block",
            "Five others of the same ten phone numbers, or eight or more of the same hundred, came within 30 days, far"
            " denser than the rest of their thousand.",
            "A large family or a small company whose numbers were bought together; newcomers at a university that"
            " hands out SIM cards from one box.",
        ),
    ),
    look=look,
)
