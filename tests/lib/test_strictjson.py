"""What is ambiguous, endless or unstorable is refused, and whatever is read is what the text says."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lib import strictjson

VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(VALUES)
def test_every_value_within_bounds_comes_back_as_it_was(value: Any) -> None:
    assert strictjson.loads(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(raw: bytes) -> None:
    with suppress(strictjson.JSONRefusedError):
        strictjson.loads(raw)


@pytest.mark.parametrize("depth", [1, 15, 16])
def test_sixteen_levels_are_read(depth: int) -> None:
    assert strictjson.loads(b"[" * depth + b"]" * depth) is not None


@pytest.mark.parametrize("depth", [17, 900, 100_000])
@pytest.mark.parametrize(("opened", "closed"), [(b"[", b"]"), (b'{"a":[', b"]}")])
def test_deeper_is_refused_however_deep(depth: int, opened: bytes, closed: bytes) -> None:
    with pytest.raises(strictjson.JSONRefusedError, match="deeper than 16"):
        strictjson.loads(opened * depth + closed * depth)


def test_a_wide_text_is_not_taken_for_a_deep_one() -> None:
    assert len(strictjson.loads(b"[" + b"{}," * 1000 + b"{}]")) == 1001


def test_the_reason_shows_nothing_of_the_text() -> None:
    with pytest.raises(strictjson.JSONRefusedError) as refused:
        strictjson.loads(b'{"email": "alice@example.com", "email": 1}')
    assert "alice" not in str(refused.value)
