"""Whatever comes from outside is short, storable and in range once it is cleaned."""

import math

import pytest
from hypothesis import given

from risk.lookups.cleaning import TEXT_MAX, clean, count, number
from tests.risk.lookups.hostile import counts, numbers, texts


@given(texts)
def test_any_text_becomes_short_and_legible(text: str | None) -> None:
    cleaned = clean(text)
    assert cleaned is None or (0 < len(cleaned) <= TEXT_MAX and cleaned.isprintable())
    assert (cleaned or "").encode("utf-8").decode() == (cleaned or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Apple GPU", "Apple GPU", id="ordinary"),
        pytest.param(" Win32\n", "Win32", id="white space around"),
        pytest.param("a\0b\ud800c", "abc", id="NUL and surrogate"),
        pytest.param("\0", None, id="nothing legible"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="not given"),
        pytest.param("Zoë 王", "Zoë 王", id="any script"),
    ],
)
def test_what_people_can_read_stays(text: str | None, expected: str | None) -> None:
    assert clean(text) == expected


@given(counts)
def test_any_count_is_in_range_or_unknown(value: int | None) -> None:
    assert count(value) in (None, value)
    assert 0 <= (count(value) or 0) < 2**31


@given(numbers)
def test_any_number_is_finite_and_not_negative_or_unknown(value: float | None) -> None:
    cleaned = number(value)
    assert cleaned is None or (math.isfinite(cleaned) and cleaned >= 0)
