"""What the page of a ring and its picture both tell of members: their accounts, the way to their signups, and links."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from risk.rings.links import KINDS, Link
from tiers.models import Account
from verification.console.signups import page_of
from verification.models import Signup


@dataclass(frozen=True, slots=True)
class Known:
    """The account of a member, and the address of its signup's page; None where it was erased."""

    account: Account | None = None
    page: str | None = None


ERASED = Known()


def known_of(subjects: Collection[int]) -> Mapping[int, Known]:
    """Each subject whose account is there, in two queries, however many there are."""
    accounts = Account.objects.in_bulk(list(subjects))
    signups = dict(Signup.objects.filter(account__in=accounts).values_list("account__pk", "pk"))
    return {pk: Known(account, page_of(signups[pk]) if pk in signups else None) for pk, account in accounts.items()}


def short(link: Link) -> str:
    """What a link is of, without "the same"."""
    return KINDS[link].words.removeprefix("the same ")
