"""The one thing that an analyst does here: give a word on an account, or take it back. Each needs a note."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction

from risk.facts import Word
from verification import claims
from verification.appeals import uphold
from verification.decide import Decision
from verification.review import Said, say, withdraw_word

NOTE_MAX = 2000


class Act(StrEnum):
    """What the buttons do."""

    APPROVE = "approve"
    DENY = "deny"
    HOLD = "hold"
    WITHDRAW = "withdraw"
    UPHOLD = "uphold"


@dataclass(frozen=True, slots=True)
class Button:
    """How an act is offered. `look` is one of the console's colours."""

    act: Act
    title: str
    effect: str
    look: str
    key: str = ""  # that chooses it


class Reason(StrEnum):
    """What a word rests on, for counting; the note says it in words."""

    KNOWN_PERSON = "known_person"
    SHARED_BY_MANY = "shared_by_many"
    EXPLAINED = "explained"
    AUTOMATED = "automated"
    MADE_UP = "made_up"
    STOLEN_CARD = "stolen_card"
    ONE_OPERATOR = "one_operator"
    ABUSED = "abused"
    NOT_SURE = "not_sure"


REASONS: Mapping[Reason, str] = {
    Reason.KNOWN_PERSON: "A person or customer we know",
    Reason.SHARED_BY_MANY: "What speaks against them is shared by many",
    Reason.EXPLAINED: "The person explained it",
    Reason.AUTOMATED: "A program signed up",
    Reason.MADE_UP: "The identity is made up",
    Reason.STOLEN_CARD: "The card is not theirs",
    Reason.ONE_OPERATOR: "One of many of one operator",
    Reason.ABUSED: "The account was abused",
    Reason.NOT_SURE: "More has to be known",
}


BUTTONS = (
    Button(Act.APPROVE, "Approve", "allow, whatever the score", "for", "a"),
    Button(Act.HOLD, "Hold", "keep under review, whatever the score", "hold", "h"),
    Button(Act.DENY, "Deny", "refuse, whatever the score", "against", "d"),
)
WITHDRAW = Button(Act.WITHDRAW, "Withdraw the word", "let the score decide again", "plain", "u")

UPHOLD = Button(Act.UPHOLD, "Let it stand", "answer the appeal: what was decided stands", "plain", "s")

WORDS: Mapping[Act, Word] = {Act.APPROVE: Word.APPROVE, Act.DENY: Word.DENY, Act.HOLD: Word.HOLD}


class ActForm(forms.Form):
    """An act and the note that says why. `seen` is the assessment that the analyst was looking at."""

    act = forms.ChoiceField(
        choices=[(act, act) for act in Act], error_messages={"required": "Choose one of the buttons."}
    )
    reason = forms.ChoiceField(choices=[("", "None of these"), *REASONS.items()], required=False)
    note = forms.CharField(
        max_length=NOTE_MAX,
        error_messages={"required": "Say why in a note: it is kept with the word."},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": "Look at the signup first."})

    def __init__(self, *args: Any, latest: int, holds: bool, appealed: bool = False, **kwargs: Any) -> None:
        """`latest` is the assessment in force, `holds` whether a word does, `appealed` whether an appeal is open."""
        super().__init__(*args, **kwargs)
        self.latest, self.holds, self.appealed = latest, holds, appealed

    def clean(self) -> dict[str, Any]:
        """Refuse what was meant for another state of things: the second of two clicks, or of two analysts."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "seen" in cleaned and cleaned["seen"] != self.latest:
            self.add_error(None, "It was decided anew while you were looking. Look again, then choose.")
        elif cleaned.get("act") == Act.WITHDRAW and not self.holds:
            self.add_error(None, "There is no word to withdraw.")
        elif cleaned.get("act") == Act.UPHOLD and not self.appealed:
            self.add_error(None, "No appeal is open.")
        return cleaned


def word_of(act: str) -> Word | None:
    """The word that an act gives; None where it gives none."""
    return WORDS.get(Act(act))


def offered(*, holds: bool, appealed: bool) -> tuple[Button, ...]:
    """The buttons: what can be said of any account, a word taken back, an appeal answered without a word."""
    return (*BUTTONS, *((WITHDRAW,) if holds else ()), *((UPHOLD,) if appealed else ()))


def carry_out(account_pk: int, *, form: ActForm, analyst: User, at: datetime) -> Decision | None:
    """Do what a valid form says, and decide on the account again; None: what was decided stands.

    Raises:
        AppealRefused: an appeal is open that somebody else has to answer, or it is answered already.
        ClaimedByAnother: somebody else has the account's case.

    """
    act, note = Act(form.cleaned_data["act"]), form.cleaned_data["note"]
    if act is Act.UPHOLD:
        with transaction.atomic():
            claims.take(account_pk, analyst=analyst, at=at)
            uphold(account_pk, note=note, analyst=analyst, at=at)
        return None
    if act is Act.WITHDRAW:
        return withdraw_word(account_pk, note=note, analyst=analyst, at=at)
    said = Said(WORDS[act], note, form.cleaned_data["reason"])
    return say(account_pk, said, analyst=analyst, at=at)
