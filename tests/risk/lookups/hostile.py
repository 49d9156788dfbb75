"""What strangers may send where a text or a number is expected."""

import json
from dataclasses import fields
from typing import Any

import msgspec
from hypothesis import strategies as st

LONG = 1_000_000  # characters
SURROGATES = "\ud800\udfff"

# Any text, lone surrogates and NULs included, and texts that are longer than anything honest.
texts = st.one_of(
    st.none(),
    st.text(st.characters(), max_size=300),
    st.text(st.characters(categories=["Cs", "Cc", "Nd", "Ll", "Po"]), max_size=80),
    st.sampled_from(
        ["", "\0", SURROGATES, "a" * LONG, "1" * LONG, "@" * LONG, "+" + "9" * LONG, "\0" * LONG, ", " * LONG]
    ),
)
counts = st.one_of(st.none(), st.integers(), st.integers(min_value=0, max_value=100))
numbers = st.one_of(st.none(), st.floats(), st.integers())


def storable(facts: Any) -> bool:
    """Whether the facts can be stored as jsonb: strict JSON in UTF-8, no NUL, and texts of at most 128 characters."""
    if facts is None:
        return True
    stored = json.dumps(msgspec.to_builtins(facts), allow_nan=False, ensure_ascii=False)
    texts_in = [
        value for field in fields(facts) for value in _flat(getattr(facts, field.name)) if isinstance(value, str)
    ]
    assert all(len(text) <= 128 and text.isprintable() for text in texts_in)
    return b"\0" not in stored.encode("utf-8") and "\\u0000" not in stored


def _flat(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
