"""What people do to a ring here: confirm it, dismiss it, or take either back, each with a note and a look ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from risk.models import Ring
from verification import containment
from verification.containment import ActRefused, Preview, RingAct

PERMISSION = "risk.act_on_ring"
NOTE_MOST = 2000


@dataclass(frozen=True, slots=True)
class Button:
    """How an act is offered. `look` is one of the console's colours."""

    act: RingAct
    title: str
    effect: str
    look: str


BUTTONS: Mapping[RingAct, Button] = {
    RingAct.CONFIRM: Button(RingAct.CONFIRM, "Confirm", "One operator runs all of these: hold them.", "against"),
    RingAct.DISMISS: Button(RingAct.DISMISS, "Dismiss", "They are different people: undo what the ring did.", "for"),
    RingAct.REOPEN: Button(RingAct.REOPEN, "Reopen", "Take the word back: detection alone speaks again.", "hold"),
}


class RingActForm(forms.Form):
    """An act and the note that says why. `seen` is when the ring that the analyst looked at had last changed."""

    act = forms.ChoiceField(choices=[(act, act) for act in BUTTONS], error_messages={"required": "Choose an act."})
    note = forms.CharField(
        max_length=NOTE_MOST, error_messages={"required": "Say why in a note: it is kept with the ring."}
    )
    seen = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Look at the ring first."})

    def __init__(self, *args: Any, ring: Ring, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ring = ring

    def clean(self) -> dict[str, Any]:
        """Refuse what was meant for another state of things."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "seen" in cleaned and cleaned["seen"] != seen_of(self.ring):
            self.add_error(None, "The ring changed while you were looking. Look again, then choose.")
        return cleaned

    def carry_out(self, *, by: str, at: datetime) -> None:
        """Do what a valid form says. Raises ActRefused."""
        containment.act(self.ring.pk, RingAct(self.cleaned_data["act"]), said=(by, self.cleaned_data["note"]), at=at)


def seen_of(ring: Ring) -> str:
    """What a form carries of the ring as it was looked at."""
    return f"{ring.state} {ring.changed_at.isoformat()}"


def offered(ring: Ring) -> list[Button]:
    """What the ring's state allows."""
    return [button for button in BUTTONS.values() if containment.allowed(ring, button.act)]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What an act would do, as the page shows it: rows of a tier or outcome with its members before and after."""

    button: Button
    accounts: int
    moving: int
    tables: list[tuple[str, list[tuple[str, int, int]]]]


def look_ahead(ring: Ring, asked: str) -> Ahead | None:
    """What the act that was asked for would do; None where none was, or the ring's state does not allow it."""
    button = next((each for each in offered(ring) if each.act == asked), None)
    if button is None:
        return None
    try:
        preview = containment.preview(ring.pk, button.act)
    except ActRefused:
        return None  # it changed meanwhile
    return Ahead(button, preview.accounts, preview.moving, list(_tables(preview)))


def _tables(preview: Preview) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    for title, (before, after) in (("Tier", preview.tiers), ("Outcome", preview.outcomes)):
        names = sorted({*before, *after}, key=lambda name: -before.get(name, 0))
        yield title, [(name, before.get(name, 0), after.get(name, 0)) for name in names]
