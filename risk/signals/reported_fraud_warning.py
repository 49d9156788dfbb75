"""A bank holds a payment with the account, or with a card that it showed, for fraud."""

from risk.facts import Facts, ReportKind
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Reports that were taken back, or cleared, are not among the facts."""
    return Hit("reported_fraud_warning") if ReportKind.FRAUD_WARNING in facts.reports else CLEAR


SIGNAL = Signal(
    name="reported_fraud_warning",
    family=Family.REPORT,
    reasons=(
        ReasonKind(
            "reported_fraud_warning",
            "The card's bank warned that a payment with the card may be fraud.",
            "A bank that is careful about payments abroad; a cardholder who asks about a charge of their own.",
        ),
    ),
    look=look,
)
