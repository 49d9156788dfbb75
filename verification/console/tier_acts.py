"""What people do to a tier here: set it by hand for a time, undo that, and ask which it was at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django import forms
from django.utils import timezone

from tiers.grants import Allowed, allowed_by, in_force_at, standing_at
from tiers.models import Account, Grant, Override
from tiers.standing import ladder
from verification.console.acts import NOTE_MAX
from verification.decide import Decision
from verification.overriding import LONGEST, Order, lift, set_tier

USUAL = timedelta(days=7)
MOMENT = "%Y-%m-%dT%H:%M"  # as browsers' fields of date and time take it; UTC


class TierAct(StrEnum):
    """What the buttons do."""

    SET = "set"
    LIFT = "lift"


class TierForm(forms.Form):
    """A tier, until when, and why; or that what is set ends. `seen` is the assessment that was looked at."""

    act = forms.ChoiceField(
        choices=[(act, act) for act in TierAct], error_messages={"required": "Choose one of the buttons."}
    )
    tier = forms.ChoiceField(required=False)
    until = forms.DateTimeField(
        required=False, error_messages={"invalid": "A moment is needed, as 2027-01-31 12:00 (UTC)."}
    )
    note = forms.CharField(
        max_length=NOTE_MAX, error_messages={"required": "Say why in a note: it is kept with the tier."}
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": "Look at the account first."})

    def __init__(self, *args: Any, latest: int, standing: Override | None, **kwargs: Any) -> None:
        """`latest` is the assessment in force, `standing` what is set by hand now."""
        super().__init__(*args, **kwargs)
        self.latest, self.standing = latest, standing
        self.fields["tier"] = forms.ChoiceField(
            choices=[(rung.tier, rung.tier) for rung in ladder().rungs], required=False
        )
        if not self.is_bound:
            self.initial["until"] = (timezone.now() + USUAL).strftime(MOMENT)

    def clean(self) -> dict[str, Any]:
        """Refuse what was meant for another state of things, and a time that cannot be."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "seen" in cleaned and cleaned["seen"] != self.latest:
            self.add_error(None, "It was decided anew while you were looking. Look again, then choose.")
        elif cleaned.get("act") == TierAct.LIFT and self.standing is None:
            self.add_error(None, "No tier is set by hand.")
        elif cleaned.get("act") == TierAct.SET and "until" in cleaned:
            self._refuse(cleaned)
        return cleaned

    def _refuse(self, cleaned: Mapping[str, Any]) -> None:
        until, now = cleaned["until"], timezone.now()
        if not cleaned.get("tier"):
            self.add_error("tier", "Choose a tier.")
        if until is None or not now < until <= now + LONGEST:
            self.add_error("until", f"The time has to end after now, and within {LONGEST.days} days.")


def carry_out(account_pk: int, *, form: TierForm, by: str, at: datetime) -> Decision:
    """Do what a valid form says, and decide on the account again."""
    told = form.cleaned_data
    if told["act"] == TierAct.LIFT:
        return lift(account_pk, by=by, note=told["note"], at=at)
    return set_tier(account_pk, Order(told["tier"], told["until"], told["note"], by), at=at)


@dataclass(frozen=True, slots=True)
class Then:
    """Which tier an account had at a moment, why, and what a gateway was told that it allows."""

    at: datetime
    grant: Grant | None
    allowed: Allowed | None

    @property
    def reasons(self) -> list[str]:
        """The codes that brought it."""
        return [line["code"] for line in getattr(self.grant, "reasons", None) or ()]


def then(account: Account, asked: str) -> Then | None:
    """The answer to a moment as a page's field gives it; None where none is asked for, or it is no moment."""
    try:
        at = datetime.fromisoformat(asked)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    grant = standing_at(account, at)
    return Then(at, grant, allowed_by(grant.tier, in_force_at(at)) if grant else None)
