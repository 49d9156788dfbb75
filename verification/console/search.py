"""What an analyst may type to find somebody: an account id, a signup id, an e-mail address or a phone number.

Addresses and numbers are stored encrypted; they are found by the keyed hash under which their identifier stands.
"""

from collections.abc import Callable, Iterator, Mapping

from risk.identifiers import IdentifierKind, hashed
from risk.lookups.mailbox import canonical
from risk.lookups.phone import e164
from risk.models import Identifier
from tiers.models import Account
from verification.models import Signup

FOUND = 500  # accounts at most of each way of finding them, the newest

VALUES: Mapping[IdentifierKind, Callable[[str], str | None]] = {
    IdentifierKind.MAILBOX: canonical,
    IdentifierKind.PHONE: e164,
}


def find_accounts(typed: str) -> set[int]:
    """The accounts that what was typed can mean: of an id that begins with it, of that signup, or that showed it."""
    typed = typed.strip()
    by_id = Account.objects.filter(account_id__startswith=typed).order_by("-pk").values_list("pk", flat=True)
    by_signup = Signup.objects.filter(public_id=typed).values_list("account_id", flat=True)
    return {*by_id[:FOUND], *by_signup, *_by_value(typed)}


def _by_value(typed: str) -> Iterator[int]:
    for kind, normal in VALUES.items():
        if value := normal(typed):
            shown = Identifier.objects.filter(kind=kind, value=hashed(kind, value)).order_by("-at")
            yield from shown.values_list("subject", flat=True)[:FOUND]
