"""What the page of a ring and its picture both tell of members: their accounts, the way to their signups, and links."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from risk.models import RingMember
from risk.rings.links import KINDS, Link
from tiers.models import Account
from verification.console.pages import page_of
from verification.models import Signup


@dataclass(frozen=True, slots=True)
class Known:
    """The account of a member, and the address of its signup's page; None where it was erased."""

    account: Account | None = None
    page: str | None = None


ERASED = Known()
LINKS = 3  # told of a member


def known_of(subjects: Collection[int]) -> Mapping[int, Known]:
    """Each subject whose account is there, in two queries, however many there are."""
    accounts = Account.objects.in_bulk(list(subjects))
    signups = dict(Signup.objects.filter(account__in=accounts).values_list("account__pk", "pk"))
    return {pk: Known(account, page_of(signups[pk]) if pk in signups else None) for pk, account in accounts.items()}


def short(link: Link) -> str:
    """What a link is of, without "the same"."""
    return KINDS[link].words.removeprefix("the same ")


def why_lines(member: RingMember) -> list[str]:
    """Why a member is one, in words, the weightiest first."""
    return [f"{_words(line['link'])}, with {line['shared']:,} ({line['weight']:+.1f})" for line in member.why[:LINKS]]


def _words(link: str) -> str:
    """A link that a later release may have named is shown as it is."""
    return short(Link[link]) if link in Link.__members__ else link.lower()
