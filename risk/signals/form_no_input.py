"""Something was sent, but nobody typed, pasted or pointed."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """Only our own agent script is believed: another counts what it likes, or nothing."""
    form = facts.form
    if form is None or not form.trusted:
        return Unknown("a form that our own script watched")
    if form.keystrokes is None or form.pastes is None or form.pointer_events is None:
        return Unknown("how the form was filled in")
    if not form.typed_length:
        return Unknown("anything that was filled in")
    return CLEAR if form.keystrokes or form.pastes or form.pointer_events else Hit("form_no_input")


SIGNAL = Signal(
    name="form_no_input",
    family=Family.FORM,
    reasons=(
        ReasonKind(
            "form_no_input",
            "Something was sent, but our script saw no key, no paste and no pointer in the form.",
            "Voice control, and some screen readers and switches, fill in forms without any of them; so does autofill"
            " that is sent off from outside the form. It must therefore never be enough by itself.",
        ),
    ),
    look=look,
)
