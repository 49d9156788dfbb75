"""A form's counts are taken where they can be counts."""

from hypothesis import given
from hypothesis import strategies as st

from risk.facts import FormFacts
from risk.lookups.form import form_facts
from risk.registration import FormReport
from tests.risk.lookups.hostile import counts, storable


def test_counts_are_taken_as_they_came() -> None:
    facts = form_facts(FormReport(67_408, 56, 0, 72), 40, trusted=True)
    assert facts == FormFacts(67_408, 56, 0, 72, typed_length=40, trusted=True)


def test_the_rhythm_of_keys_and_the_way_of_the_mouse_are_taken_where_they_were_measured() -> None:
    measured = FormReport(key_gap_ms=180, key_gap_spread_ms=240, clicks=3, pointer_jumps=1, touches=0, autofills=2)
    facts = form_facts(measured, 40, trusted=True)
    assert facts is not None
    assert (facts.key_gap_ms, facts.key_gap_spread_ms, facts.key_dwell_ms) == (180, 240, None)
    assert (facts.clicks, facts.pointer_jumps, facts.touches, facts.autofills) == (3, 1, 0, 2)


def test_what_cannot_be_a_count_is_unknown() -> None:
    facts = form_facts(FormReport(-1, 2**31, None, 0), -5, trusted=False)
    assert facts == FormFacts(None, None, None, 0, typed_length=0, trusted=False)


def test_a_form_that_nobody_measured_has_no_facts() -> None:
    assert form_facts(None, 40, trusted=True) is None


@given(st.builds(FormReport, counts, counts, counts, counts), st.integers(), st.booleans())
def test_nothing_that_is_sent_breaks_it(report: FormReport, typed_length: int, trusted: bool) -> None:  # noqa: FBT001 - drawn
    assert storable(form_facts(report, typed_length, trusted=trusted))
