"""Which entries of lists concern a value that somebody types: those of the value itself, and those that it falls under.

A mailbox falls under the domains of its address, a number under its blocks, an address under the networks around it.
What was typed is worked into the forms that lists hold, sealed where it is personal, and is kept nowhere.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from risk.identifiers import IdentifierKind, Identifiers, hashed, phone_place
from risk.list_entries import declared
from risk.list_values import stored_form
from risk.lists import Entry, ListKind, PolicyList
from risk.lookups.listed import ALL_LENGTHS, Form, Shown, forms_of
from risk.lookups.mailbox import canonical, mailbox_facts
from risk.lookups.phone import e164
from risk.models import ListEntry

TYPED_MOST = 320


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry that stands in a policy itself."""

    of: PolicyList
    entry: Entry


def forms_of_typed(typed: str) -> frozenset[Form]:
    """Every stored form that the text, read as a value of any kind, would match; nothing for what is of no kind."""
    text = typed.strip()[:TYPED_MOST].replace("\x00", "")
    return frozenset({*_exact(text), *forms_of(_shown(text), ALL_LENGTHS)}) if text else frozenset()


def live_of(entries: QuerySet[ListEntry], forms: Collection[Form]) -> QuerySet[ListEntry]:
    """Those of the live entries that have one of the forms."""
    fitting = Q(pk__in=[])
    for kind in sorted({kind for kind, _ in forms}):
        fitting |= Q(kind=kind, value__in=sorted(value for one, value in forms if one == kind))
    return entries.filter(fitting)


def own(forms: Collection[Form] | None = None) -> Iterator[OwnEntry]:
    """The entries of the policies that judge now; with `forms` those alone that have one of them."""
    for one in declared().values():
        for entry in one.entries.values():
            if forms is None or (str(one.of), entry.value) in forms:
                yield OwnEntry(one, entry)


def _exact(text: str) -> Iterator[Form]:
    for kind in ListKind:
        try:
            yield str(kind), stored_form(kind, text)
        except ValueError:
            continue


def _shown(text: str) -> Shown:
    """The text as a registration would show it: an address of the network counts as a public one."""
    mailbox, number = canonical(text), e164(text)
    facts = mailbox_facts(text, None) if mailbox else None
    identifiers: Identifiers = {}
    if mailbox:
        identifiers[IdentifierKind.MAILBOX] = hashed(IdentifierKind.MAILBOX, mailbox)
    if number:
        identifiers[IdentifierKind.PHONE_PLACE] = phone_place(number)
    return Shown(timezone.now(), identifiers, domain=facts.domain if facts else None, ip=text)
