"""The product looked into what was reported of the account, and it was wrong."""

from risk.facts import Facts, ReportKind
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """It is among the facts only while nothing has been reported against the account since."""
    return Hit("reported_cleared") if ReportKind.CLEARED in facts.reports else CLEAR


SIGNAL = Signal(
    name="reported_cleared",
    family=Family.STANDING,
    reasons=(
        ReasonKind(
            "reported_cleared",
            "The product looked into what was reported of the account and cleared it.",
            "It speaks for the person: somebody has looked, and found nothing.",
        ),
    ),
    look=look,
)
