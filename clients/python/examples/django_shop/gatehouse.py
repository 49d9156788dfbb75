"""The product's one client of Gatehouse, for all threads of a process."""

import os

from gatehouse_client import Gatehouse, Lowest, Receiver, Settings, Tier, TokenRefused, WhenAway

gatehouse = Gatehouse(
    os.environ["GATEHOUSE_ADDRESS"],
    os.environ["GATEHOUSE_KEY"],
    application=os.environ["GATEHOUSE_APPLICATION"],  # what the key was made for: tokens for others are not taken
    when_away=WhenAway.LAST_KNOWN,  # nobody is shut out while Gatehouse is away; newcomers get the lowest
    settings=Settings(lowest=Lowest("unknown", {"requests_per_minute": 2})),
)
receiver = Receiver(os.environ["GATEHOUSE_WEBHOOK_KEY"])


def tier_of(account_id: str, token: str) -> Tier:
    """By the tier token that came along, where it is this account's and good; or else asked for, or kept.

    Raises Refused where Gatehouse says no.
    """
    if token:
        try:
            tier = gatehouse.tier_by_token(token)
        except TokenRefused:
            pass  # expired, or somebody's invention: it proves nothing, and takes nothing away
        else:
            if tier.account_id == account_id:
                return tier
    return gatehouse.tier_of(account_id)
