"""What people do with webhook endpoints here: make and change one, give it a key, turn it off and on, send again."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms

from verification.webhook_models import DESCRIPTION_MOST, URL_MOST, Algorithm, DeliveryStatus, WebhookEndpoint
from verification.webhooks import endpoints, replaying
from verification.webhooks.addresses import UrlRefused
from verification.webhooks.endpoints import Wanted
from verification.webhooks.filters import ALL, FILTERS_MOST, tidy, unknown
from verification.webhooks.replaying import Range

BETWEEN = re.compile(r"[\s,]+")
OVERLAPS = ((24, "24 hours"), (168, "7 days"), (1, "1 hour"), (0, "none: the old key ends at once"))  # hours
ALGORITHMS = ((Algorithm.HMAC, "HMAC-SHA256: one secret, yours and ours"), (Algorithm.ED25519, "ed25519: a public key"))
BOTH = "all"
AGAIN = (
    (DeliveryStatus.GIVEN_UP, "what was given up"),
    (DeliveryStatus.DELIVERED, "what was delivered"),
    (BOTH, "both"),
)


class EndpointForm(forms.Form):
    """An endpoint's own data."""

    url = forms.CharField(max_length=URL_MOST, error_messages={"required": "Name the URL."})
    events = forms.CharField(max_length=4000, error_messages={"required": "Name events, or * for all."})
    description = forms.CharField(max_length=DESCRIPTION_MOST, required=False)

    def clean_url(self) -> str:
        """One where an endpoint may be."""
        url: str = self.cleaned_data["url"]
        try:
            endpoints.check(url)
        except UrlRefused as refused:
            raise forms.ValidationError(f"An endpoint cannot be there: {refused}.") from None
        return url

    def clean_events(self) -> Sequence[str]:
        """Filters between blanks, commas or lines."""
        filters = tidy(each for each in BETWEEN.split(self.cleaned_data["events"]) if each)
        if strange := unknown(filters):
            raise forms.ValidationError(f"No event is called so: {', '.join(strange)}.")
        if not 1 <= len(filters) <= FILTERS_MOST:
            raise forms.ValidationError(f"From 1 to {FILTERS_MOST} are possible.")
        return filters

    def change(self, endpoint: WebhookEndpoint, *, by: str) -> None:
        """Change an endpoint to what a valid form says."""
        endpoints.change(endpoint, self.cleaned_data, by=by)


class NewForm(EndpointForm):
    """A new endpoint."""

    algorithm = forms.ChoiceField(choices=ALGORITHMS)
    mode = forms.ChoiceField(choices=[("live", "live accounts"), ("test", "test accounts")])

    def create(self, *, by: str, at: datetime) -> tuple[WebhookEndpoint, str]:
        """Make the endpoint of a valid form. Raises EndpointRefused."""
        told = dict(self.cleaned_data)
        wanted = Wanted(
            told["url"], told["events"], told["description"], Algorithm(told["algorithm"]), test=told["mode"] == "test"
        )
        return endpoints.create(wanted, by=by, at=at)


class RotateForm(forms.Form):
    """A new key."""

    overlap = forms.TypedChoiceField(choices=OVERLAPS, coerce=int)
    algorithm = forms.ChoiceField(choices=ALGORITHMS)

    def rotate(self, endpoint: WebhookEndpoint, *, by: str, at: datetime) -> str:
        """Give the endpoint a key as a valid form says. Raises EndpointRefused."""
        algorithm, overlap = Algorithm(self.cleaned_data["algorithm"]), timedelta(hours=self.cleaned_data["overlap"])
        return endpoints.rotate(endpoint, algorithm, overlap=overlap, by=by, at=at)


class ReplayForm(forms.Form):
    """A time, and what of it."""

    since = forms.DateTimeField(
        error_messages={"required": "Say since when.", "invalid": "A moment is needed, as 2027-01-31 12:00."}
    )
    until = forms.DateTimeField(
        required=False, error_messages={"invalid": "A moment is needed, as 2027-01-31 12:00, or nothing."}
    )
    which = forms.ChoiceField(choices=AGAIN)

    def clean(self) -> dict[str, Any]:
        """A time that ends after it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] >= cleaned["until"]:
            self.add_error("since", "It has to begin before it ends.")
        return cleaned

    def replay(self, endpoint: WebhookEndpoint, *, by: str, at: datetime) -> int:
        """Send again what a valid form says; returns how many. Raises EndpointOff."""
        which = self.cleaned_data["which"]
        both = (DeliveryStatus.DELIVERED, DeliveryStatus.GIVEN_UP)
        statuses = both if which == BOTH else (DeliveryStatus(which),)
        chosen = Range(self.cleaned_data["since"], self.cleaned_data["until"] or at, statuses)
        replayed, _ = replaying.replay_range(endpoint, chosen, by=by, at=at)
        return replayed


def new_form(data: Any = None) -> NewForm:
    """The form of a new endpoint, with what most want."""
    return NewForm(data, initial={"events": ALL, "algorithm": Algorithm.HMAC, "mode": "live"})


def change_form(endpoint: WebhookEndpoint, data: Any = None) -> EndpointForm:
    """The form of an endpoint as it is."""
    told = {"url": endpoint.url, "events": " ".join(endpoint.events), "description": endpoint.description}
    return EndpointForm(data, initial=told)


def forms_of(endpoint: WebhookEndpoint) -> dict[str, forms.Form]:
    """The forms on the page of an endpoint, as nobody has filled them in."""
    return {
        "changing": change_form(endpoint),
        "rotating": RotateForm(initial={"algorithm": endpoint.algorithm}),
        "replaying": ReplayForm(),
    }
