"""Strangers decide how often outside parties are asked, so what that costs is bounded. The limits are settings."""

from dataclasses import dataclass
from typing import Any

from config.lib import ratelimit
from config.lib.ratelimit import Quota
from verification.providers.interface import LookupProvider, ValueUnavailable
from verification.providers.reach import public

NEWCOMERS = 0.5  # the share of the budget that is left to signups


@dataclass(frozen=True, slots=True)
class Budgeted:
    """A lookup that costs money: past the limit of `paid_lookups` nobody is asked, and the facts stay unknown."""

    provider: LookupProvider

    def look(self, value: str) -> Any:
        """As the provider. Raises ValueUnavailable where the budget is spent: it may be whole again in an hour."""
        if not ratelimit.spend(Quota("paid_lookups", "all")).granted:
            raise ValueUnavailable("the budget is spent")
        return self.provider.look(value)


def spare(provider: LookupProvider) -> bool:
    """Whether a lookup may be made that nobody waits for: half of what is paid for is kept for those who sign up."""
    return not isinstance(provider, Budgeted) or ratelimit.left(Quota("paid_lookups", "all")) > NEWCOMERS


def may_probe(address: str) -> bool:
    """Whether a mail server that a stranger named may be spoken to: not inside, and not again and again.

    Somebody who points a hundred domains at one server must not have us knock there a hundred times.
    """
    return public(address) and ratelimit.spend(Quota("mail_probes", address)).granted
