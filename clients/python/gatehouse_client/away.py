"""What to do when Gatehouse is away. There is no default: only you know what a wrong yes costs, and a wrong no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gatehouse_client.answers import Source, Tier


class WhenAway(StrEnum):
    """Away is: no answer in time, or a fault of its own (5xx). A no (4xx) is an answer, and is always raised."""

    LAST_KNOWN = "last_known"  # go on with what it said last of the account; the lowest where that is nothing
    CONSERVATIVE = "conservative"  # give everybody the lowest
    RAISE = "raise"  # raise Unavailable, and decide where it is caught


@dataclass(frozen=True, slots=True)
class Lowest:
    """What an account gets of which nothing may be assumed: a tier of yours and its limits."""

    tier: str = "unknown"
    limits: Mapping[str, int] = field(default_factory=dict)

    def tier_of(self, account_id: str) -> Tier:
        """The lowest, as an account's tier."""
        return Tier(account_id, self.tier, self.limits, f"account:{account_id}", version=0, source=Source.LOWEST)
