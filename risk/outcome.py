"""The four answers, ordered: the harsher wins."""

from enum import StrEnum


class Outcome(StrEnum):
    """allow < challenge < review < deny."""

    ALLOW = "allow"
    CHALLENGE = "challenge"
    REVIEW = "review"
    DENY = "deny"

    @property
    def severity(self) -> int:
        """0 for allow up to 3 for deny."""
        return _SEVERITIES[self]


_SEVERITIES = {outcome: severity for severity, outcome in enumerate(Outcome)}


def harsher(first: Outcome, second: Outcome) -> Outcome:
    """The more severe of two outcomes."""
    return max(first, second, key=lambda outcome: outcome.severity)
