"""Domains that are almost a well-known one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.lookups import lookalikes
from risk.lookups.lookalikes import WELL_KNOWN, Lookalike, lookalike
from risk.lookups.mail_providers import FREE


@pytest.mark.parametrize(
    ("domain", "of"),
    [
        ("gmial.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("outlok.com", "outlook.com"),
        ("hotmial.com", "hotmail.com"),
        ("yahoi.com", "yahoo.com"),
        ("0utlook.com", "outlook.com"),
    ],
)
def test_a_slip_is_known_with_what_was_meant(domain: str, of: str) -> None:
    assert lookalike(domain) == Lookalike(of, disguised=False)


@pytest.mark.parametrize(
    ("shown", "of"),
    [
        pytest.param("gmai1.com", "gmail.com", id="a one for an l"),
        pytest.param("hotrnail.com", "hotmail.com", id="r and n for an m"),
        pytest.param("gm\u0430il.com", "gmail.com", id="a Cyrillic letter"),
        pytest.param("\u03bfutl\u03bf\u03bfk.com", "outlook.com", id="Greek letters"),
    ],
)
def test_a_disguise_is_known(shown: str, of: str) -> None:
    domain = shown if shown.isascii() else shown.encode("idna").decode()
    assert lookalike(domain) == Lookalike(of, disguised=True)


@pytest.mark.parametrize(
    "domain",
    [
        "mail.com",
        "ymail.com",
        "email.de",
        "gmx.com",
        "example.com",
        "xn--mnchen-3ya.de",
        "",
        "xn--",
        "xn--a-0000",
    ],
)
def test_what_is_itself_is_no_lookalike(domain: str) -> None:
    assert lookalike(domain) is None


def test_no_provider_is_another_ones_lookalike() -> None:
    assert [domain for domain in (*WELL_KNOWN, *FREE) if lookalike(domain)] == []


def test_the_products_own_domains_have_lookalikes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookalikes, "TABLE", lookalikes._table((*WELL_KNOWN, "gatehouse.example")))
    assert lookalike("gatehuose.example") == Lookalike("gatehouse.example", disguised=False)


@given(st.text(max_size=60))
def test_nothing_that_is_sent_breaks_it(domain: str) -> None:
    lookalike(domain)
    lookalike(f"xn--{domain}.com")
