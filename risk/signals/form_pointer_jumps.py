"""The mouse leapt to where it clicked."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

JUMPS_FEWEST = 2


def look(facts: Facts) -> Finding:
    """Hands slow down before they arrive; programs put the pointer where they want it."""
    form = facts.form
    if form is None or not form.trusted or form.clicks is None or form.pointer_jumps is None:
        return Unknown("the way of the mouse")
    if form.clicks < JUMPS_FEWEST:
        return Unknown("enough clicks of a mouse")
    if form.pointer_jumps < max(JUMPS_FEWEST, form.clicks):
        return CLEAR
    return Hit("form_pointer_jumps", (("clicks", form.clicks), ("jumps", form.pointer_jumps)))


SIGNAL = Signal(
    name="form_pointer_jumps",
    family=Family.FORM,
    reasons=(
        ReasonKind(
            "form_pointer_jumps",
            "Every click of the mouse came at the end of a leap.",
            "Remote desktops, and pointers that are led by the eyes, by voice or by a switch. It must therefore never"
            " be enough by itself.",
        ),
    ),
    look=look,
)
