"""The phone number is on the list of numbers that anybody can read."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """The list is the operator's (DISPOSABLE_PHONES_FILE); without one nothing is known."""
    if facts.phone is None or not facts.phone.valid:
        return Unknown("a valid phone number")
    if facts.phone.disposable is None:
        return Unknown("a list of disposable phone numbers")
    return Hit("phone_disposable") if facts.phone.disposable else CLEAR


SIGNAL = Signal(
    name="phone_disposable",
    family=Family.PHONE,
    reasons=(
        ReasonKind(
            "phone_disposable",
            "The phone number is on the list of numbers whose messages anybody can read or rent.",
            "Somebody to whom the carrier has given the number since; people who keep their own number to themselves.",
        ),
    ),
    look=look,
)
