"""An account that has reached a higher rung, near its line, is given it after the policy's time."""

from datetime import datetime

from django.db.models import Min

from tiers.models import Account
from tiers.standing import ladder
from verification.decide import Decision
from verification.recheck import redecide
from verification.states import Cause


def next_due() -> datetime | None:
    """When the next account rises by time alone; None while none waits for it."""
    since = Account.objects.filter(rising_since__isnull=False).aggregate(first=Min("rising_since"))["first"]
    return None if since is None else since + ladder().movement.rise_after


def rise_due(at: datetime) -> list[Decision]:
    """Decide every account again that has waited for the policy's time."""
    waited = Account.objects.filter(rising_since__lte=at - ladder().movement.rise_after).order_by("rising_since")
    return [redecide(pk, cause=Cause.EXPIRY, at=at) for pk in list(waited.values_list("pk", flat=True))]
