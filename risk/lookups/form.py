"""How the form was filled in: counts and a duration, never content."""

from risk.facts import FormFacts
from risk.lookups.cleaning import count
from risk.registration import FormReport


def form_facts(form: FormReport | None, typed_length: int, *, trusted: bool) -> FormFacts | None:
    """The facts of a form; None when nobody measured it.

    Args:
        form: as the page or the caller measured it.
        typed_length: characters in the fields that were sent.
        trusted: whether our own agent script measured it.

    """
    if form is None:
        return None
    return FormFacts(
        duration_ms=count(form.duration_ms),
        keystrokes=count(form.keystrokes),
        pastes=count(form.pastes),
        pointer_events=count(form.pointer_events),
        typed_length=count(typed_length) or 0,
        trusted=trusted,
        key_gap_ms=count(form.key_gap_ms),
        key_gap_spread_ms=count(form.key_gap_spread_ms),
        key_dwell_ms=count(form.key_dwell_ms),
        key_dwell_spread_ms=count(form.key_dwell_spread_ms),
        clicks=count(form.clicks),
        pointer_jumps=count(form.pointer_jumps),
        touches=count(form.touches),
        screen_keys=count(form.screen_keys),
        autofills=count(form.autofills),
    )
