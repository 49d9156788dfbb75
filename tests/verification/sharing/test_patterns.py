"""Patterns of single values are written and read again; others are none of ours."""

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st

from risk.lists import ListKind
from verification.sharing.marks import MarkKind, mark
from verification.sharing.patterns import Indicated, of_domain, of_mark, of_network, read

KEY = "5f" * 32


@pytest.mark.parametrize(
    ("pattern", "indicated"),
    [
        (of_mark(MarkKind.PHONE, "0" * 64), Indicated(ListKind.PHONES, mark="0" * 64)),
        (of_domain("farm.example"), Indicated(ListKind.DOMAINS, written="farm.example")),
        (of_network("198.51.100.0/24"), Indicated(ListKind.NETWORKS, written="198.51.100.0/24")),
        (of_network("2001:db8::/64"), Indicated(ListKind.NETWORKS, written="2001:db8::/64")),
        ("[ipv4-addr:value = '198.51.100.7']", Indicated(ListKind.ADDRESSES, written="198.51.100.7")),
        ("[email-addr:value = 'jo@farm.example']", Indicated(ListKind.EMAILS, written="jo@farm.example")),
        ("[x-gatehouse-mark:mailbox = 'short']", None),
        ("[x-gatehouse-mark:withdrawn = 'true']", None),
        ("[domain-name:value = 'a' OR domain-name:value = 'b']", None),
        ("[url:value = 'https://x']", None),
        ("", None),
    ],
)
def test_a_pattern_is_of_one_value_or_of_none_of_ours(pattern: str, indicated: Indicated | None) -> None:
    assert read(pattern) == indicated
    if indicated is not None:
        stix2.v21.Indicator(pattern=pattern, pattern_type="stix", valid_from="2026-01-01T00:00:00Z")


@given(st.text(max_size=200))
def test_any_text_is_read_or_passed_over(text: str) -> None:
    found = read(text)
    assert found is None or found.mark or found.written


def test_a_mark_hangs_on_the_key_the_kind_and_the_value() -> None:
    marks = {
        mark(value, kind=kind, key=key)
        for key in (KEY, "0" * 64)
        for kind in MarkKind
        for value in ("jo@farm.example", "+14155550123")
    }
    assert len(marks) == 12
    # Anybody can make one: HMAC-SHA256 over three lines.
    assert mark("jo@farm.example", kind=MarkKind.MAILBOX, key=KEY) == (
        "cf07d41d31049f295b4be05b0b339c09b41124687023e5e9600012c04ef2d779"
    )
