"""The e-mail check: where the code goes, and how little of that is shown."""

import pytest

from verification.checks.email import masked, recipient


@pytest.mark.parametrize(
    ("given", "goes_to"),
    [
        ("jane.doe@example.com", "jane.doe@example.com"),
        ("Jane.Doe@EXAMPLE.com", "Jane.Doe@example.com"),
        ("not an address", None),
        ("a@b\x00.com", None),
        ("\ud800@example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_a_code_goes_to_the_address_as_it_was_given_or_nowhere(given: str | None, goes_to: str | None) -> None:
    assert recipient({"email": given}) == goes_to


def test_the_mask_shows_no_more_than_first_letters_and_the_ending() -> None:
    assert masked("jane.doe@mail.example.com") == "j***@m***.com"
