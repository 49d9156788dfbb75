"""The form was filled in faster than people type."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

# Dhakal, Feit, Kristensson and Oulasvirta, "Observations on Typing from 136 Million Keystrokes" (CHI 2018,
# doi.org/10.1145/3173574.3174220): 168,000 people type 52 words a minute on average and the fast ones 120, which is 10
# characters a second at five a word. Half as fast again leaves room for all of them.
FASTEST = 15  # characters a second


def look(facts: Facts) -> Finding:
    """What was pasted was not typed, and of a paste only the key strokes beside it tell how much was."""
    form = facts.form
    if form is None or form.duration_ms is None:
        return Unknown("how long the form took")
    typed = form.keystrokes if form.pastes else form.typed_length
    if not typed:
        return Unknown("how much was typed")
    speed = typed * 1000 / max(form.duration_ms, 1)
    return Hit("form_too_fast", (("characters_per_second", round(speed, 1)),)) if speed > FASTEST else CLEAR


SIGNAL = Signal(
    name="form_too_fast",
    family=Family.FORM,
    reasons=(
        ReasonKind(
            "form_too_fast",
            "The form was filled in faster than people type.",
            "The browser's autofill or a password manager that fills in everything at once, sent off within"
            " about three seconds.",
        ),
    ),
    look=look,
)
