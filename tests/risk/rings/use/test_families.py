"""Fillings of one template are a family, however they were filled in, and what was said once is of none."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from risk.rings.use.families import families
from tests.risk.rings.use.doers import TEMPLATES, Cast


def _families(*sketches: int) -> list[int]:
    found: list[int] = families(np.array(sketches, dtype=np.int64), np.ones(len(sketches), dtype=np.int64)).tolist()
    return found


def test_fillings_of_a_template_that_differ_in_few_bits_are_one_family() -> None:
    one = TEMPLATES[0]
    assert _families(one, one ^ 1, one ^ 1 << 40, one ^ 1 << 17) == [0, 0, 0, 0]


def test_unlike_templates_are_families_of_their_own() -> None:
    found = _families(*[TEMPLATES[0]] * 3, *[TEMPLATES[1]] * 3)
    assert len(set(found[:3])) == len(set(found[3:])) == 1
    assert found[0] != found[3]


def test_what_was_said_once_is_of_no_family() -> None:
    assert _families(*Cast().talk(200)) == [-1] * 200


def test_a_sketch_of_many_windows_is_a_family_by_itself() -> None:
    assert families(np.array([5]), np.array([3])).tolist() == [0]


def test_the_sign_bit_is_a_bit_like_another() -> None:
    assert len(set(_families(TEMPLATES[0], TEMPLATES[0], TEMPLATES[0] - 2**63))) == 1


@given(st.permutations([TEMPLATES[place] ^ bit for place in range(3) for bit in (0, 0, 1, 2, 1 << 50)]))
def test_the_order_of_sketches_does_not_matter(sketches: list[int]) -> None:
    found = dict(zip(sketches, _families(*sketches), strict=True))
    for template in TEMPLATES[:3]:
        assert len({found[template ^ bit] for bit in (0, 1, 2, 1 << 50)}) == 1
    assert len(set(found.values())) == 3


def test_a_stranger_that_stands_between_two_fillings_does_not_part_them() -> None:
    one = TEMPLATES[0] & 0xFFFF_FFFF
    other, stranger = one | 1 << 60 | 1 << 40, one | 0x0FF0_F0F0 << 32
    assert one < stranger < other
    found = _families(*[one, stranger, other] * 3)
    assert found[0] == found[2] != found[1]


def test_nothing_asked_is_no_family() -> None:
    assert _families() == []
