"""Which lists an account stands on now, with what is told of each entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from risk.facts import Facts, Listed
from risk.list_entries import declared
from risk.lists import LIVE, PolicyList
from risk.lookups.listed import Asked, listed_again
from risk.models import Identifier, ListEntry
from tiers.models import Account
from verification.known import facts_last


@dataclass(frozen=True, slots=True)
class Stand:
    """One entry that an account stands on. `live` is its number, None where it stands in the policy itself."""

    list: str
    effect: str
    of: str
    reason: str
    author: str
    until: datetime | None
    live: int | None


@dataclass(frozen=True, slots=True)
class ListStanding:
    """What is known of an account for lists: its facts where they can be read, and what it showed."""

    facts: Facts | None
    shown: frozenset[tuple[int, int]]
    stands: Sequence[Stand]


def standing(account: Account, *, at: datetime) -> ListStanding:
    """Where an account stands at a moment. Entries of lists that no policy declares any more are left out."""
    shown = frozenset(Identifier.objects.filter(subject=account.pk).values_list("kind", "value"))
    try:
        facts = facts_last([account.pk])[account.pk]
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, IndexError):
        return ListStanding(None, shown, ())
    found = listed_again([Asked(facts, at, shown)])[0]
    numbers = [int(one.entry.removeprefix(LIVE)) for one in found if one.entry.startswith(LIVE)]
    live = ListEntry.objects.in_bulk(numbers) if numbers else {}
    lists = declared()
    stands = [_stand(one, lists[one.list], live) for one in found if one.list in lists]
    return ListStanding(facts, shown, [stand for stand in stands if stand is not None])


def _stand(one: Listed, of: PolicyList, live: Mapping[int, ListEntry]) -> Stand | None:
    if one.entry.startswith(LIVE):
        number = int(one.entry.removeprefix(LIVE))
        entry = live.get(number)
        if entry is None:
            return None
        return Stand(one.list, of.effect, one.of, entry.reason, entry.author, entry.expires_at, number)
    own = of.entries.get(one.entry)
    if own is None:
        return None
    return Stand(one.list, of.effect, one.of, own.reason, own.author, own.until, None)
