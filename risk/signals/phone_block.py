"""Others came lately with neighbouring phone numbers."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

ROW = 10_000  # numbers, the widest block
# Size of a block, and other accounts in 30 days that are many for it. A family's few numbers in a row are not. A
# thousand is left out: carriers get their numbers by it, so all of an honest carrier's can stand in one.
BLOCKS = ((10, 4), (100, 8))
DENSER = 100  # times as many a number as in the rest of the row: where a carrier's whole block signs up, none is dense


def look(facts: Facts) -> Finding:
    """SIM cards bought by the box are numbered in a row; people's numbers are spread over it."""
    if facts.phone is None or not facts.phone.valid:
        return Unknown("a valid phone number")
    velocity = facts.velocity or {}
    if not all(f"phone_{size}_accounts_30d" in velocity for size in (10, 100, ROW)):
        return Unknown("how many others came with neighbouring numbers")
    everybody = velocity[f"phone_{ROW}_accounts_30d"]
    for size, many in BLOCKS:
        near = velocity[f"phone_{size}_accounts_30d"]
        rest = max(0, everybody - near)
        if near >= many and near / size >= DENSER * rest / (ROW - size):
            return Hit("phone_block", (("block", size), ("others", near), ("rest_of_row", rest)))
    return CLEAR


SIGNAL = Signal(
    name="phone_block",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "phone_block",
            "Other accounts came within 30 days with phone numbers right beside this one, far more than from the rest"
            " of the row.",
            "A company or a large family whose numbers were bought together; newcomers at a university that hands out"
            " SIM cards from one box.",
        ),
    ),
    look=look,
)
