"""A payment with the account, or with a card that it showed, was charged back as fraud."""

from risk.facts import Facts, ReportKind
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Reports that were taken back, or cleared, are not among the facts."""
    return Hit("reported_chargeback") if ReportKind.CHARGEBACK in facts.reports else CLEAR


SIGNAL = Signal(
    name="reported_chargeback",
    family=Family.REPORT,
    reasons=(
        ReasonKind(
            "reported_chargeback",
            "The cardholder said that a payment with the card was not theirs, and the bank took the money back.",
            "Somebody in the family paid; a charge under a name that the cardholder did not recognise.",
        ),
    ),
    look=look,
)
