"""What people do to lists here: put a value on one, put on one what an account showed, take an entry out of force."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from risk import list_entries
from risk.facts import Facts
from risk.identifiers import IdentifierKind
from risk.list_entries import EntryRefused, Wanted, declared
from risk.list_values import SEALED_KINDS
from risk.lists import TEXT_MOST, ListKind, PolicyList
from risk.models import ListEntry
from verification.recheck import redecide
from verification.states import Cause

VALUE_MOST = 320
NAMES: Mapping[ListKind, str] = {
    ListKind.EMAILS: "mailbox",
    ListKind.PHONES: "phone",
    ListKind.DEVICES: "device",
    ListKind.CARDS: "card",
    ListKind.ADDRESSES: "address",
    ListKind.DOMAINS: "mail domain",
    ListKind.ASNS: "autonomous system",
}


class _Because(forms.Form):
    """Why, and until when."""

    reason = forms.CharField(
        max_length=TEXT_MOST, error_messages={"required": "Say why: it is kept with the entry. No personal value here."}
    )
    expires = forms.DateTimeField(
        required=False, error_messages={"invalid": "A moment is needed, as 2027-01-31 12:00, or nothing."}
    )

    def clean_expires(self) -> datetime | None:
        """A moment that is still to come."""
        expires: datetime | None = self.cleaned_data["expires"]
        if expires is not None and expires <= timezone.now():
            raise forms.ValidationError("It would have expired already.")
        return expires


class EntryForm(_Because):
    """A value for a list."""

    list = forms.ChoiceField(error_messages={"required": "Choose a list."})
    value = forms.CharField(max_length=VALUE_MOST, error_messages={"required": "Name the value."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.name, f"{one.name}: {one.effect} {one.of.replace('_', ' ')}") for one in _lists()]
        self.fields["list"] = forms.ChoiceField(choices=choices, error_messages={"required": "Choose a list."})

    def put(self, *, author: str) -> ListEntry:
        """Add the entry of a valid form. Raises EntryRefused."""
        (entry,) = list_entries.add([_wanted(self.cleaned_data, self.cleaned_data["value"])], author=author)
        return entry


class AccountForm(_Because):
    """A list for what an account showed. Only lists that could hold some of it are offered."""

    def __init__(self, *args: Any, facts: Facts | None, shown: Iterable[tuple[int, int]], **kwargs: Any) -> None:
        """`shown` are the kinds and values of the account's identifiers."""
        super().__init__(*args, **kwargs)
        self.readable = _readable(facts)
        kinds = {
            kind for kind, identifier in SEALED_KINDS.items() if identifier in {IdentifierKind(k) for k, _ in shown}
        }
        fitting = [one for one in _lists() if one.of in kinds | set(self.readable)]
        choices = [(one.name, f"{one.effect} this {NAMES[one.of]} ({one.name})") for one in fitting]
        self.fields["list"] = forms.ChoiceField(choices=choices, error_messages={"required": "Choose a list."})

    @property
    def offered(self) -> bool:
        """Whether there is a list to choose."""
        return bool(getattr(self.fields["list"], "choices", ()))

    def put(self, subject: int, *, author: str, at: datetime) -> list[ListEntry]:
        """Add what the account showed and decide it again at once; others follow by and by. Raises EntryRefused."""
        one = declared().get(self.cleaned_data["list"])
        if one is None:
            raise EntryRefused("the policy in force declares no list of this name any more")
        if one.of in self.readable:
            entries = list_entries.add([_wanted(self.cleaned_data, self.readable[one.of])], author=author)
        else:
            wanted = _wanted(self.cleaned_data, None)
            entries = list_entries.add_of_account(wanted, subject=subject, author=author)
        redecide(subject, cause=Cause.LIST, at=max(at, *(entry.since for entry in entries)))
        return entries


class RemovalForm(forms.Form):
    """Why an entry is taken out of force."""

    reason = forms.CharField(max_length=TEXT_MOST, error_messages={"required": "Say why: it is kept on record."})


def _lists() -> list[PolicyList]:
    return sorted(declared().values(), key=lambda one: one.name)


def _wanted(cleaned: Mapping[str, Any], value: object) -> Wanted:
    return Wanted(list=cleaned["list"], value=value, reason=cleaned["reason"], expires=cleaned["expires"])


def _readable(facts: Facts | None) -> dict[ListKind, str]:
    """What the facts have in words: it belongs to nobody."""
    values: dict[ListKind, str] = {}
    if facts and facts.mailbox and facts.mailbox.domain:
        values[ListKind.DOMAINS] = facts.mailbox.domain
    if facts and facts.network and facts.network.asn is not None:
        values[ListKind.ASNS] = str(facts.network.asn)
    return values
