"""The stored form of a value is that of the identifier which a registration would show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.identifiers import IdentifierKind, hashed
from risk.list_values import masked, sealed, sealed_block, stored_form
from risk.lists import PERSONAL, SEALED, ListKind
from risk.places import place

SPELLINGS = [
    (ListKind.EMAILS, "alice.archer@gmail.com", "A.liceArcher+x@GoogleMail.com"),
    (ListKind.PHONES, "+14155552671", "+1 (415) 555-2671"),
    (ListKind.ADDRESSES, "2001:db8::1", "2001:0DB8:0:0::0001"),
    (ListKind.ADDRESSES, "72.224.214.33", "::ffff:72.224.214.33"),
]


@pytest.mark.parametrize(("kind", "one", "other"), SPELLINGS)
def test_two_spellings_of_one_value_have_one_form(kind: ListKind, one: str, other: str) -> None:
    assert stored_form(kind, one) == stored_form(kind, other)
    assert SEALED.fullmatch(stored_form(kind, one))


def test_a_form_is_the_identifiers() -> None:
    assert stored_form(ListKind.CARDS, "stripe:abc") == sealed(
        IdentifierKind.CARD, hashed(IdentifierKind.CARD, "stripe:abc")
    )
    assert stored_form(ListKind.DEVICES, "-1") == "f" * 16


@pytest.mark.parametrize(("stars", "size"), [(1, 10), (2, 100), (3, 1_000), (4, 10_000)])
def test_a_block_holds_the_numbers_in_it_and_no_other(stars: int, size: int) -> None:
    written = "+14155552671"[:-stars] + "*" * stars
    near = place("identifier:phone_place", "+1415555", "2671")
    far = place("identifier:phone_place", "+1415556", "2671")
    assert stored_form(ListKind.PHONE_BLOCKS, written) == sealed_block(near, size) != sealed_block(far, size)


@pytest.mark.parametrize("value", ["+1415555*****", "4155552***", "+14155552671", "+1415555٢***", "+1234567890123456*"])
def test_what_is_no_block_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="a block is a number"):
        stored_form(ListKind.PHONE_BLOCKS, value)


@given(st.sampled_from(sorted(ListKind)), st.one_of(st.text(max_size=400), st.integers(), st.none(), st.booleans()))
def test_hostile_values_are_refused_without_being_repeated(kind: ListKind, value: Any) -> None:
    form, refused = "", ""
    try:
        form = stored_form(kind, value)
    except ValueError as error:
        refused = str(error)
    assert len(str(value)) < 6 or str(value) not in refused
    assert refused or kind not in PERSONAL or SEALED.fullmatch(form)
    assert len(form) <= 255
    assert len(masked(kind, value)) <= 340


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (ListKind.EMAILS, "jane@example.com", "j***@example.com"),
        (ListKind.PHONES, "+14155552671", "+14...671"),
        (ListKind.ADDRESSES, "72.224.214.33", "72..."),
        (ListKind.CARDS, "stripe:Xt5EWLLDS7FJjR1c", "stripe:...R1c"),
        (ListKind.PHONE_BLOCKS, "+1415555****", "+14...****"),
    ],
)
def test_a_mask_reaches_nobody(kind: ListKind, value: str, shown: str) -> None:
    assert masked(kind, value) == shown
