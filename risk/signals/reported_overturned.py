"""A decision against the person was overturned, by appeal or review."""

from risk.facts import Facts, ReportKind
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """It is among the facts only while nothing has been reported against the account since."""
    return Hit("reported_overturned") if ReportKind.OVERTURNED in facts.reports else CLEAR


SIGNAL = Signal(
    name="reported_overturned",
    family=Family.STANDING,
    reasons=(
        ReasonKind(
            "reported_overturned",
            "A decision against the person was overturned, by appeal or review.",
            "It speaks for the person: their side was heard, and held.",
        ),
    ),
    look=look,
)
