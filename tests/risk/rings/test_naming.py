"""What patterns promise: who names mailboxes in one way has one pattern, and no pattern holds a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.rings.naming import pattern, template


@pytest.mark.parametrize(
    ("local", "name", "expected"),
    [
        ("jane.doe42", "Jane Doe", "F.L99"),
        ("jdoe", "Jane Doe", "fL"),
        ("j.doe", "Jane Doe", "f.L"),
        ("doe_jane", "Jane Doe", "L_F"),
        ("jose.garcia1987", "José García", "F.L9999"),
        ("xkcd77", "Jane Doe", "w99"),
        ("jane", "Jane", "F"),
        ("kitten", None, "w"),
        ("", "Jane Doe", ""),
    ],
)
def test_a_template_tells_the_way_and_not_the_name(local: str, name: str | None, expected: str) -> None:
    assert template(local, name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Jane Doe", "Ww Ww"), ("jane doe", "w w"), ("JANE DOE", "WW WW"), ("J. Doe", "W. Ww"), ("Jane2", "Ww9")],
)
def test_a_name_pattern_is_how_it_was_written(name: str, expected: str) -> None:
    assert pattern(name) == expected


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=300)))
def test_whatever_is_sent_has_a_pattern(local: str, name: str | None) -> None:
    assert len(template(local, name)) <= 200
    assert len(pattern(name or "")) <= 200
