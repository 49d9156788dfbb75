"""The product saw the account abuse it."""

from risk.facts import Facts, ReportKind
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Reports that were taken back, or cleared, are not among the facts."""
    return Hit("reported_abuse") if ReportKind.ABUSE in facts.reports else CLEAR


SIGNAL = Signal(
    name="reported_abuse",
    family=Family.REPORT,
    reasons=(
        ReasonKind(
            "reported_abuse",
            "The product reported that the account abused it.",
            "A mistake of the product's, or somebody else in the account; a report that clears it takes it back.",
        ),
    ),
    look=look,
)
