"""What is kept of a receiver's answer helps to mend it and names nobody."""

import pytest

from verification.webhooks.excerpts import MASK, excerpt


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        pytest.param("no such table: signups", "no such table: signups", id="what helps"),
        pytest.param("no user alice.archer@gmail.com!", f"no user {MASK}", id="a mailbox"),
        pytest.param("seen from 72.224.214.33 twice", f"seen from {MASK} twice", id="IPv4"),
        pytest.param("from 2606:4700::6810:84e5.", f"from {MASK}.", id="IPv6"),
        pytest.param("call +1 (415) 555-2671 now", f"call {MASK} now", id="a phone"),
        pytest.param("card 4242 4242 4242 4242", f"card {MASK}", id="a card"),
        pytest.param("Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", f"Bearer {MASK}", id="a token"),
        pytest.param("line 12345 of 3", "line 12345 of 3", id="short numbers stay"),
        pytest.param("at 12:30:05 it failed", "at 12:30:05 it failed", id="a time of day stays"),
        pytest.param("two\n\tlines \x00\x1b[31m", "two lines [31m", id="one line, nothing that moves a terminal"),
        pytest.param("  ", "", id="nothing"),
    ],
)
def test_what_could_be_personal_is_masked(body: str, kept: str) -> None:
    assert excerpt(body.encode(), most=200) == kept


def test_it_is_bounded_and_can_be_off() -> None:
    assert len(excerpt(b"word " * 1000, most=256)) <= 256
    assert excerpt(b"anything", most=0) == ""


def test_a_word_that_was_cut_in_half_is_not_kept() -> None:
    assert excerpt(b"no user alice.archer", most=100, whole=False) == "no user"


def test_bytes_that_are_no_text_are_taken_as_they_come() -> None:
    assert excerpt(b"\xff\xfe\x00broken", most=100).endswith("broken")
