"""What people do to a ring here: confirm it, dismiss it, or take either back, each with a note and a look ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone

from risk.models import Ring
from verification import containment, proposing
from verification.blast import Blast, blast
from verification.containment import ActRefused, Preview, RingAct
from verification.proposing import seen_of

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
    RingAct.CONTAIN: Button(RingAct.CONTAIN, "Contain", "Hold them together, with no word on what they are.", "hold"),
    RingAct.RELEASE: Button(RingAct.RELEASE, "Release", "Let them go, with no word on what they are.", "plain"),
    RingAct.REOPEN: Button(RingAct.REOPEN, "Reopen", "Take the word back: detection alone speaks again.", "hold"),
    RingAct.UNDO: Button(RingAct.UNDO, "Undo", "Make it what it was before the last act, exactly.", "plain"),
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

    def carry_out(self, *, by: User, at: datetime) -> bool:
        """Do what a valid form says, or propose it where it is not one person's to do; whether it was done.

        Raises:
            ActRefused: the ring's state does not allow it, or another act waits for a second person.

        """
        act, note = RingAct(self.cleaned_data["act"]), self.cleaned_data["note"]
        if proposing.needs_second(self.ring):
            proposing.propose(self.ring, act, note=note, by=by, at=at)
            return False
        proposing.act_alone(self.ring.pk, act, said=(f"user:{by.pk}", note), at=at)
        return True


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
    blast: Blast
    second: bool  # whether somebody else has to agree


def look_ahead(ring: Ring, asked: str) -> Ahead | None:
    """What the act that was asked for would do; None where none was, or the ring's state does not allow it."""
    button = next((each for each in offered(ring) if each.act == asked), None)
    if button is None:
        return None
    try:
        preview = containment.preview(ring.pk, button.act)
    except ActRefused:
        return None  # it changed meanwhile
    reached = blast(ring.pk, at=timezone.now())
    second = proposing.needs_second(ring)
    return Ahead(button, preview.accounts, preview.moving, list(_tables(preview)), reached, second)


def _tables(preview: Preview) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    for title, (before, after) in (("Tier", preview.tiers), ("Outcome", preview.outcomes)):
        names = sorted({*before, *after}, key=lambda name: -before.get(name, 0))
        yield title, [(name, before.get(name, 0), after.get(name, 0)) for name in names]
