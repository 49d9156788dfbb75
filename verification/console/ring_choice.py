"""Some members of a ring are let go, or swept back: an analyst's word on each of those who were chosen."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django import forms
from django.contrib.auth.models import User

from risk.facts import Word
from risk.models import Ring, RingMember
from tiers.models import Account
from verification.review import Said, say, withdraw_word

MOST = 50  # at once: what one page has


class Choice(StrEnum):
    """What becomes of those who were chosen."""

    RELEASE = "release"  # they are different people: allow each, whatever the ring
    SWEEP = "sweep"  # take that back


class ChoiceForm(forms.Form):
    """Members by their keys, and a note."""

    choice = forms.ChoiceField(choices=[(each, each) for each in Choice])
    note = forms.CharField(max_length=2000, error_messages={"required": "Say why in a note: it is kept with each."})
    members = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": "Choose members first."})

    def __init__(self, *args: object, offered: Sequence[int], **kwargs: object) -> None:
        """`offered` are the keys of the members that may be chosen."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["members"].choices = [(str(pk), str(pk)) for pk in offered]  # type: ignore[attr-defined]


def offered(ring: Ring, posted: Sequence[str]) -> list[int]:
    """Of what was posted, the keys of accounts that are members now."""
    keys = [int(key) for key in posted[:MOST] if key.isascii() and key.isdecimal() and len(key) < 19]
    members = RingMember.objects.filter(ring=ring, left_at=None, subject__in=keys)
    return list(Account.objects.filter(pk__in=members.values("subject")).values_list("pk", flat=True))


def carry_out(form: ChoiceForm, *, by: User, at: datetime) -> int:
    """Do what a valid form says, one account after the other; how many were decided again.

    Who has no approval that stands is not swept back: there is nothing to take.
    """
    told, done = form.cleaned_data, 0
    for pk in sorted(told["members"]):
        if told["choice"] == Choice.RELEASE:
            say(pk, Said(Word.APPROVE, told["note"], "shared_by_many"), analyst=by, at=at)
            done += 1
        elif Account.objects.filter(pk=pk, reviews__word=Word.APPROVE, reviews__withdrawn_at=None).exists():
            withdraw_word(pk, note=told["note"], analyst=by, at=at)
            done += 1
    return done
