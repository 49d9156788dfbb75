"""A number's place in its row, as one stored value from which it is told who stands near whom.

Numbers that are sold in a row stand side by side: the last four digits of a phone number are its place among ten
thousand. The value is the keyed hash of what stands before them, followed by the four digits, each shifted by a keyed
hash of all that goes before it. So two numbers share the front of their values exactly as far as they share the front
of their digits, as prefix-preserving anonymisation does for addresses (Crypto-PAn: Xu et al., ICNP 2002), and without
the pepper no digit can be read. One stored value thus answers how many stand in the same 10, 100, 1,000 and 10,000.
"""

from config.lib.crypto import settled_hash
from config.lib.peppers import LOW_BITS

DIGITS = 4
DIGIT_BITS = LOW_BITS // DIGITS


def place(purpose: str, row: str, digits: str) -> int:
    """The value of a number: what stands before its last four digits, and those four. A signed 64-bit number.

    Under the oldest pepper: `risk.spelling` turns it.
    """
    value = settled_hash(purpose, row) >> LOW_BITS
    for length, digit in enumerate(digits):
        shift = settled_hash(purpose, f"{row}|{digits[:length]}")
        value = value << DIGIT_BITS | (int(digit) + shift) % 10
    return value


def block(value: int, size: int) -> tuple[int, int]:
    """The first and the last value of the block of 10, 100, 1,000 or 10,000 numbers that a place stands in."""
    mask = (1 << DIGIT_BITS * (len(str(size)) - 1)) - 1
    return value & ~mask, value | mask
