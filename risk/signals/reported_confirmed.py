"""An investigation confirmed that the account was abused."""

from risk.facts import Facts, ReportKind
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Reports that were taken back, cleared or overturned are not among the facts."""
    return Hit("reported_confirmed") if ReportKind.CONFIRMED in facts.reports else CLEAR


SIGNAL = Signal(
    name="reported_confirmed",
    family=Family.REPORT,
    reasons=(
        ReasonKind(
            "reported_confirmed",
            "An investigation confirmed that the account was abused.",
            "An investigation that erred, or somebody else in the account; an appeal that overturns it takes it back.",
        ),
    ),
    look=look,
)
