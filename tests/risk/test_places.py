"""A place tells who stands near whom, and not a digit."""

from hypothesis import given
from hypothesis import strategies as st

from risk.places import block, place

digits = st.text("0123456789", min_size=4, max_size=4)
SIZES = {1: 1_000, 2: 100, 3: 10}  # digits in common -> the block that two numbers share


def shares(one: int, other: int, size: int) -> bool:
    low, high = block(one, size)
    return low <= other <= high


@given(digits, digits)
def test_two_numbers_share_a_block_exactly_as_far_as_they_share_their_digits(one: str, other: str) -> None:
    places = [place("phone", "+1415555", number) for number in (one, other)]
    assert (places[0] == places[1]) is (one == other)
    for common, size in SIZES.items():
        assert shares(places[0], places[1], size) is (one[:common] == other[:common])
    assert shares(places[0], places[1], 10_000)


def test_numbers_of_another_row_are_never_near() -> None:
    here = place("phone", "+1415555", "2671")
    assert not any(shares(here, place("phone", row, "2671"), 10_000) for row in ("+1415556", "+4930555", ""))


def test_digits_cannot_be_read_off_a_place() -> None:
    ends = {place("phone", f"+1415{row}", "0000") & 0xFFFF for row in range(200, 260)}
    assert len(ends) > 50


def test_a_place_fits_its_column() -> None:
    values = [place("phone", f"+{row}", "9999") for row in range(500)]
    assert all(-(2**63) <= value < 2**63 for value in values)
    assert min(values) < 0 < max(values)
