"""Client hints are read as browsers write them, and the made-up brand is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import HintFacts
from risk.lookups.hints import hint_facts
from risk.registration import HintsReport
from tests.risk.lookups.hostile import texts


def brands_of(*brands: str) -> tuple[tuple[str, int], ...]:
    facts = hint_facts(HintsReport(brands=brands))
    assert facts
    return facts.brands


def test_hints_are_read_as_chrome_writes_them() -> None:
    report = HintsReport(
        brands=("Chromium 148", "Google Chrome 148", "Not)A;Brand 99"),
        mobile=False,
        platform="Windows",
        platform_version="15.0.0",
        architecture="x86",
        bitness="64",
        model="",
    )
    assert hint_facts(report) == HintFacts(
        (("chromium", 148), ("google chrome", 148)), False, "Windows", 15, "x86", "64", model=False
    )


@pytest.mark.parametrize("brand", ["Not A;Brand 99", "Not)A-Brand 8", "(Not(A:Brand 24", "Not/A)Brand 99.0.0.0"])
def test_the_brand_that_is_made_up_says_nothing(brand: str) -> None:
    assert brands_of(brand) == ()


def test_a_full_version_counts_by_its_first_number_and_what_is_no_brand_by_nothing() -> None:
    assert brands_of("Microsoft Edge 148.0.3967.54", "Brave", "148", "") == (("microsoft edge", 148),)


def test_a_model_is_told_and_not_kept() -> None:
    facts = hint_facts(HintsReport(model="SM-S928B", mobile=True))
    assert facts
    assert facts.model
    assert "SM-S928B" not in repr(facts)


def test_a_browser_without_hints_has_no_facts_of_them() -> None:
    assert hint_facts(None) is None


@given(
    st.builds(
        HintsReport,
        brands=st.one_of(st.none(), st.lists(texts.map(lambda text: text or ""), max_size=20).map(tuple)),
        platform=texts,
        platform_version=texts,
        architecture=texts,
        bitness=texts,
        model=texts,
    )
)
def test_nothing_that_is_sent_breaks_it(report: HintsReport) -> None:
    facts = hint_facts(report)
    assert facts
    assert len(facts.brands) <= 8
    for text in (facts.platform, facts.architecture, facts.bitness, *dict(facts.brands)):
        assert text is None or (len(text) <= 64 and text.isprintable())
