"""Views of the queue: those that everybody has, and those that people saved by a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import QueryDict

from verification.desk_models import SavedView

BUILT_IN = (
    ("Everything open", ""),
    ("Mine", "claimed=mine"),
    ("Nobody's", "claimed=free"),
    ("Appeals", "kind=appeal"),
    ("Overdue", "clock=overdue"),
    ("Due within four hours", "clock=soon"),
)
KEPT = ("kind", "status", "claimed", "clock", "outcome", "tier")  # of an address; pages and orders are of the moment
MOST = 30  # views that somebody may save


@dataclass(frozen=True, slots=True)
class View:
    """A view as the page offers it. `pk` is None of what everybody has; `own` says that it may be deleted."""

    name: str
    query: str
    current: bool
    pk: int | None = None
    own: bool = False
    by: str = ""


class ViewForm(forms.Form):
    """A name for what the queue is narrowed by now."""

    name = forms.CharField(max_length=40, error_messages={"required": "Give the view a name."})
    query = forms.CharField(max_length=300, required=False)
    shared = forms.BooleanField(required=False)

    def clean_query(self) -> str:
        """What is kept of an address."""
        return kept(self.cleaned_data["query"])


def kept(query: str) -> str:
    """The part of an address that a view remembers, always in the same order."""
    given = QueryDict(query)
    narrowed = QueryDict(mutable=True)
    for name in KEPT:
        if given.get(name):
            narrowed[name] = given[name]
    return narrowed.urlencode()


def views_of(user: User, *, query: str) -> Sequence[View]:
    """What somebody may choose of; the one that is shown is marked. One query."""
    now = kept(query)
    saved = SavedView.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner").order_by("name", "pk")
    return [
        *(View(name, asked, asked == now) for name, asked in BUILT_IN),
        *(
            View(one.name, one.query, one.query == now, one.pk, own=one.owner_id == user.pk, by=str(one.owner))
            for one in saved
        ),
    ]


def save(user: User, form: ViewForm) -> bool:
    """Keep a view under its name, in place of one of the same; False where somebody has enough."""
    told = form.cleaned_data
    others = SavedView.objects.filter(owner=user).exclude(name=told["name"])
    if others.count() >= MOST:
        return False
    SavedView.objects.update_or_create(
        owner=user, name=told["name"], defaults={"query": told["query"], "shared": told["shared"]}
    )
    return True
