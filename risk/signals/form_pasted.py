"""Most of the form was pasted."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

TYPED_SHARE = 0.5  # of what was sent


def look(facts: Facts) -> Finding:
    """Farms keep lists and paste from them."""
    form = facts.form
    if form is None or form.pastes is None or form.keystrokes is None:
        return Unknown("how the form was filled in")
    if not form.pastes or form.keystrokes >= TYPED_SHARE * form.typed_length:
        return CLEAR
    return Hit("form_pasted", (("pastes", form.pastes), ("keystrokes", form.keystrokes)))


SIGNAL = Signal(
    name="form_pasted",
    family=Family.FORM,
    reasons=(
        ReasonKind(
            "form_pasted",
            "Most of what was sent was pasted.",
            "People who keep their addresses in a note or password manager: many, so it weighs little.",
        ),
    ),
    look=look,
)
