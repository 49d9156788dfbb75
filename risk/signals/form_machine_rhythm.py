"""Keys came with the regularity of a machine."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

KEYS_FEWEST = 12  # fewer tell no rhythm
# People's mean gap between keys is 239 ms, with a deviation of 112 ms between people (Dhakal et al. 2018, 136 million
# keystrokes), and one person's gaps spread about as wide; timers of programs keep within a few ms.
SPREAD_LEAST_MS = 15  # from the tenth to the ninetieth percent
GAP_LEAST_MS = 15  # the median


def look(facts: Facts) -> Finding:
    """Only our own script's measure counts, and only keys of a keyboard: those of a screen have times of their own."""
    form = facts.form
    if form is None or not form.trusted or form.key_gap_ms is None or form.key_gap_spread_ms is None:
        return Unknown("the rhythm of the keys")
    if form.touches or (form.keystrokes or 0) < KEYS_FEWEST:
        return Unknown("enough keys of a keyboard")
    if form.key_gap_ms >= GAP_LEAST_MS and form.key_gap_spread_ms >= SPREAD_LEAST_MS:
        return CLEAR
    rhythm = (("gap_ms", form.key_gap_ms), ("spread_ms", form.key_gap_spread_ms))
    return Hit("form_machine_rhythm", rhythm)


SIGNAL = Signal(
    name="form_machine_rhythm",
    family=Family.FORM,
    reasons=(
        ReasonKind(
            "form_machine_rhythm",
            "Keys were pressed at a machine's speed or with its regularity.",
            "Password managers that type, dictation and other tools that press keys for people who cannot. It must"
            " therefore never be enough by itself.",
        ),
    ),
    look=look,
)
