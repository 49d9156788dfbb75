"""The phone check: where the code goes, and how little of that is shown."""

import pytest

from verification.checks.phone import masked, recipient


@pytest.mark.parametrize(
    ("given", "goes_to"),
    [
        ("+14155552671", "+14155552671"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("call me", None),
        ("+" + "9" * 60, None),
        ("\x00", None),
        (None, None),
    ],
)
def test_a_code_goes_to_the_number_in_one_spelling_or_nowhere(given: str | None, goes_to: str | None) -> None:
    assert recipient({"phone": given}) == goes_to


def test_the_mask_shows_the_country_and_the_last_two_digits() -> None:
    assert masked("+14155552671") == "+1***71"
