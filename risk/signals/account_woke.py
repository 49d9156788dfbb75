"""Nobody used the account for long, and now somebody does."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal


def look(facts: Facts) -> Finding:
    """Accounts that have lain for months are sold as aged ones. That one woke is always known: it is told then."""
    if facts.woke_after_days is None:
        return CLEAR
    return Hit("account_woke", (("days", round(facts.woke_after_days)),))


SIGNAL = Signal(
    name="account_woke",
    family=Family.CONDUCT,
    reasons=(
        ReasonKind(
            "account_woke",
            "Nobody used the account for months, and now somebody does.",
            "People who come back: after a project, a pause, or a reminder to confirm something again.",
        ),
    ),
    look=look,
)
