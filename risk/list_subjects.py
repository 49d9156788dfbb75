"""Who showed what an entry of a list names, as far as that is kept: the accounts that the entry is to reach."""

from django.db.models import Q

from risk.identifiers import IdentifierKind, hashed
from risk.list_values import SEALED_KINDS, opened, opened_block
from risk.lists import ListKind
from risk.lookups.mail_providers import organisation
from risk.models import Identifier, ListEntry


def subjects(entry: ListEntry, *, after: int, most: int) -> list[int]:
    """The next subjects that showed it, above `after`, in the order of their numbers: at most `most`.

    Of a domain those whose mailbox is at the organisation that it belongs to: who is truly at it is seen when they are
    looked at. Nobody of networks, BINs, autonomous systems and public mail providers: by these no account is found.
    """
    showed = _showed(ListKind(entry.kind), entry.value)
    if showed is None:
        return []
    found = Identifier.objects.filter(showed, subject__gt=after).order_by("subject").distinct()
    return list(found.values_list("subject", flat=True)[:most])


def _showed(kind: ListKind, value: str) -> Q | None:
    if kind in SEALED_KINDS:
        return Q(kind=SEALED_KINDS[kind], value=opened(SEALED_KINDS[kind], value))
    if kind is ListKind.PHONE_BLOCKS:
        first, last = opened_block(value)
        return Q(kind=IdentifierKind.PHONE_PLACE, value__gte=first, value__lte=last)
    if kind is ListKind.DOMAINS:
        return Q(kind=IdentifierKind.DOMAIN, value=hashed(IdentifierKind.DOMAIN, organisation(value)))
    return None
