"""Reading what a person gave, unmasked: one field at a time, by who may, for a reason that is kept in the audit log.

The value is in the answer to the form and nowhere else: no address leads to it, and it is kept by no cache.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django import forms
from django.contrib.auth.models import User

from config.lib import audit
from config.lib.crypto import DecryptionError
from verification.models import Signup

FIELDS = ("email", "phone", "name", "ip")
REFERENCE = re.compile(r"\A[A-Za-z0-9 .:#/_-]{0,60}\Z")
GONE = "cannot be read: no key in GATEHOUSE_DATA_KEYS opens it"


class Why(StrEnum):
    """What it is read for."""

    SUPPORT = "support"
    COMPARE = "compare"
    REQUEST = "request"
    AUTHORITY = "authority"


WHY: Mapping[Why, str] = {
    Why.SUPPORT: "The person wrote to support",
    Why.COMPARE: "To compare it with another account",
    Why.REQUEST: "The person asks what is kept",
    Why.AUTHORITY: "An authority asks",
}


class UnmaskForm(forms.Form):
    """A field, a reason, and what it belongs to: a ticket's number, say. No personal value."""

    field = forms.ChoiceField(choices=[(name, name) for name in FIELDS])
    why = forms.ChoiceField(choices=list(WHY.items()), error_messages={"required": "Say what for: it is kept."})
    reference = forms.RegexField(
        REFERENCE, required=False, error_messages={"invalid": "A reference has letters, digits and .:#/_- only."}
    )


@dataclass(frozen=True, slots=True)
class Unmasked:
    """A field as the person gave it."""

    field: str
    value: str


def unmask(signup: Signup, form: UnmaskForm, *, by: User) -> Unmasked:
    """Read a field of a valid form. It is written down before it is shown."""
    told = form.cleaned_data
    audit.append(
        actor=f"user:{by.pk}",
        act="account.unmask",
        subject=f"account:{signup.account_id}",
        details={"field": told["field"], "why": told["why"], "reference": told["reference"]},
    )
    try:
        value = signup.person.get(told["field"])
    except DecryptionError:
        return Unmasked(told["field"], GONE)
    return Unmasked(told["field"], str(value) if value else "not given")
