"""Two who agreed on a key make the same mark of a value, however it was written; nobody else does."""

import hashlib
import hmac

import pytest

from verification.sharing.marks import MARK, MarkKind, mark, shown

KEY, OTHER = "5f" * 32, "60" * 32


def test_a_mark_is_what_the_docs_say_that_a_partner_computes() -> None:
    told = b"gatehouse-mark-1\nmailbox\njane@harbour.example"
    expected = hmac.new(bytes.fromhex(KEY), told, hashlib.sha256).hexdigest()
    assert mark("jane@harbour.example", kind=MarkKind.MAILBOX, key=KEY) == expected
    assert MARK.fullmatch(expected)


def test_another_key_another_kind_or_another_value_give_another_mark() -> None:
    marks = {
        mark(value, kind=kind, key=key)
        for value in ("+14155552671", "+14155552672")
        for kind in MarkKind
        for key in (KEY, OTHER)
    }
    assert len(marks) == 12


def test_a_kind_cannot_be_written_into_a_value() -> None:
    assert mark("x\nphone\n1", kind=MarkKind.MAILBOX, key=KEY) != mark("1", kind=MarkKind.PHONE, key=KEY)


@pytest.mark.parametrize(
    ("person", "spelt"),
    [
        ({"email": "J.a.n.e+shop@GMAIL.com"}, {MarkKind.MAILBOX: "jane@gmail.com"}),
        ({"phone": "+1 (415) 555-2671"}, {MarkKind.PHONE: "+14155552671"}),
        ({"payment": {"provider": "stripe", "fingerprint": "f00d"}}, {MarkKind.CARD: "stripe:f00d"}),
        ({"payment": {"provider": "stripe"}, "email": "nobody", "phone": "12"}, {}),
        ({"payment": None, "email": None, "phone": None}, {}),
        ({}, {}),
    ],
)
def test_what_somebody_showed_has_one_spelling_and_what_is_none_has_no_mark(
    person: dict[str, object], spelt: dict[MarkKind, str]
) -> None:
    assert shown(person) == spelt


def test_half_a_surrogate_pair_has_a_mark_too() -> None:
    assert MARK.fullmatch(mark("\ud800@x.org", kind=MarkKind.MAILBOX, key=KEY))
