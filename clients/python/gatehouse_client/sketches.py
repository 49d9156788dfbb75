"""A sketch of a prompt's template: 64 bits that are near for near templates, and from which nobody reads the prompt.

SimHash (M. Charikar, STOC 2002; G. Manku et al., WWW 2007) over shingles of words. docs/usage.md says it in words and
has the values that any other language has to come to, bit for bit.
"""

import hashlib
import re
from typing import Final

WORDS_MOST: Final = 512  # of the beginning, where a template stands; what is pasted in after it changes nothing
SHINGLE: Final = 3  # words
LONGEST_WORD: Final = 24  # characters: what is longer is an id or a key, and none of the template
NUMBER: Final = "0"
LONG: Final = "#"

_WORD: Final = re.compile(r"[A-Za-z\u0080-\U0010ffff]+|[0-9]+")
_LANES: Final = tuple(sum((byte >> (7 - bit) & 1) << (16 * (7 - bit)) for bit in range(8)) for byte in range(256))


def sketch(prompt: str) -> str | None:
    """The sketch of a prompt as 16 hex digits; None where it has no words."""
    shingles = _shingles(_words(prompt))
    if not shingles:
        return None
    counts = [0] * 8  # for each byte of the digests, eight counters in one number
    for shingle in shingles:
        for place, byte in enumerate(hashlib.sha256(shingle.encode("utf-8", "replace")).digest()[:8]):
            counts[place] += _LANES[byte]
    bits = 0
    for lanes in counts:
        for bit in range(7, -1, -1):
            bits = bits << 1 | (2 * (lanes >> (16 * bit) & 0xFFFF) > len(shingles))
    return f"{bits:016x}"


def distance(one: str, other: str) -> int:
    """In how many bits of 64 two sketches differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _words(prompt: str) -> list[str]:
    words = []
    for found in _WORD.finditer(prompt):
        words.append(_word(found[0]))
        if len(words) == WORDS_MOST:
            break
    return words


def _word(found: str) -> str:
    if found[0].isascii() and found[0].isdigit():
        return NUMBER
    if len(found) > LONGEST_WORD:
        return LONG
    return found.translate(_LOWER)


def _shingles(words: list[str]) -> set[str]:
    if not words:
        return set()
    last = max(1, len(words) - SHINGLE + 1)
    return {" ".join(words[place : place + SHINGLE]) for place in range(last)}


# A to Z only: what else is a capital differs from one version of Unicode to the next.
_LOWER: Final = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}
