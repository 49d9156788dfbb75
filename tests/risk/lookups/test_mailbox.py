"""An address is taken apart without keeping it, and its many spellings are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import MailboxFacts
from risk.lookups.mailbox import canonical, mailbox_facts, shape, stem
from tests.risk.lookups.hostile import storable, texts


def facts_of(email: str, name: str | None = None) -> MailboxFacts:
    facts = mailbox_facts(email, name)
    assert facts is not None
    return facts


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        pytest.param("Alice.Archer@gmail.com", "alicearcher@gmail.com", id="Gmail ignores dots"),
        pytest.param("alicearcher+news@googlemail.com", "alicearcher@gmail.com", id="and has two domains"),
        pytest.param("alice.archer@example.com", "alice.archer@example.com", id="others mind dots"),
        pytest.param("alice+news@Example.COM", "alice@example.com", id="a plus begins a tag"),
        pytest.param("alice_a-b@pm.me", "aliceab@proton.me", id="Proton ignores more"),
        pytest.param("alice-shop@yahoo.com", "alice@yahoo.com", id="Yahoo's hyphen begins a tag"),
        pytest.param("alice@yahoo.fr", "alice@yahoo.fr", id="Yahoo's domains are apart"),
        pytest.param("alice-shop@example.com", "alice-shop@example.com", id="elsewhere a hyphen is a hyphen"),
        pytest.param("alice@ya.ru", "alice@yandex.ru", id="Yandex's domains are one"),
        pytest.param("shop@alice.fastmail.com", "alice@fastmail.com", id="Fastmail's subdomains are people"),
        pytest.param("alice+shop@fastmail.com", "alice@fastmail.com", id="and a plus is a tag there too"),
        pytest.param("shop@alice.anonaddy.com", "alice@anonaddy.com", id="as at forwarders"),
        pytest.param("alice@mail.gmail.com", "alice@mail.gmail.com", id="elsewhere a subdomain is another domain"),
        pytest.param("a.lice@outlook.com", "a.lice@outlook.com", id="Outlook minds dots"),
        pytest.param("alice@m\u00fcnchen.de", "alice@xn--mnchen-3ya.de", id="domains in ASCII"),
        pytest.param("+tag@example.com", "+tag@example.com", id="a tag and nothing else"),
        pytest.param("not an address", None, id="no address"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="not given"),
    ],
)
def test_all_spellings_of_a_mailbox_are_one(email: str | None, expected: str | None) -> None:
    assert canonical(email) == expected


def test_an_accent_makes_another_mailbox() -> None:
    assert canonical("jos\u00e9@example.com") != canonical("jose@example.com")


@given(st.emails())
def test_the_canonical_spelling_is_its_own(email: str) -> None:
    once = canonical(email)
    assert once is None or canonical(once) in (once, None)


@pytest.mark.parametrize(
    "email", ["", "alice", "alice@", "@example.com", "a b@example.com", "a@b@c.de", "a@localhost", "\ud800@a.de"]
)
def test_what_is_no_address_is_said_to_be_none(email: str) -> None:
    facts = facts_of(email)
    assert not facts.valid
    assert facts.domain is None


@pytest.mark.parametrize(
    ("email", "tagged"),
    [
        ("alice@example.com", False),
        ("alice+x@example.com", True),
        ("alice.archer@gmail.com", False),
        ("a.b.archer@gmail.com", False),
        ("a.l.i.c.e@gmail.com", True),
        ("a.l.i.c.e@example.com", False),
        ("alice-x@yahoo.com", True),
    ],
)
def test_tags_and_a_disguise_of_dots_are_seen(email: str, tagged: bool) -> None:  # noqa: FBT001 - a column of the table
    assert facts_of(email).tagged is tagged


@pytest.mark.parametrize(
    ("email", "role"), [("info@example.com", True), ("Admin+x@example.com", True), ("ina@example.com", False)]
)
def test_offices_are_known_by_name(email: str, role: bool) -> None:  # noqa: FBT001 - a column of the table
    assert facts_of(email).role is role


@pytest.mark.parametrize(
    ("email", "digits", "entropy"),
    [
        pytest.param("aaaa@example.com", 0, 0.0, id="one character"),
        pytest.param("abcdefgh@example.com", 0, 3.0, id="eight different ones"),
        pytest.param("abcd1987@example.com", 0, 2.0, id="the number at the end is left aside"),
        pytest.param("12345678@qq.com", 0, 0.0, id="nothing but a number"),
        pytest.param("a1b2c3d4@example.com", 3, 2.807, id="digits among letters"),
    ],
)
def test_digits_and_entropy_are_the_stems(email: str, digits: int, entropy: float) -> None:
    facts = facts_of(email)
    assert (facts.digits, facts.entropy) == (digits, entropy)


@pytest.mark.parametrize(
    ("name", "match"),
    [
        pytest.param("Alice Archer", 1.0, id="both words"),
        pytest.param("Alice Smith", 0.5, id="one of two"),
        pytest.param("\u00c1lice", 1.0, id="accents aside"),
        pytest.param("\u738b\u82b3", None, id="letters that no local part has: unknown, not a mismatch"),
        pytest.param("", None, id="no name"),
        pytest.param(None, None, id="not given"),
    ],
)
def test_the_share_of_a_name_in_the_address(name: str | None, match: float | None) -> None:
    assert facts_of("alice.archer@example.com", name).name_match == match


def test_the_address_itself_is_not_kept() -> None:
    assert "alice" not in repr(mailbox_facts("alice.archer@example.com", "Alice Archer"))


def test_an_address_that_was_not_given_has_no_facts() -> None:
    assert mailbox_facts(None, "Alice") is None


@given(texts, texts)
def test_nothing_that_is_sent_breaks_it(email: str | None, name: str | None) -> None:
    assert storable(mailbox_facts(email, name))
    canonical(email)


@pytest.mark.parametrize(
    ("local", "pattern"),
    [
        ("alice", "w"),
        ("alice.archer", "w.w"),
        ("a.archer87", "w.w99"),
        ("user001", "w999"),
        ("12345678", "99999999"),
        ("four4six", "w9w"),
        ("xk29fj3q8z", "x10"),
        ("m\u00fcller_7", "w_9"),
        ("", ""),
    ],
)
def test_a_pattern_says_how_a_name_is_built_and_not_what_it_is(local: str, pattern: str) -> None:
    assert shape(local) == pattern


def test_a_pattern_is_the_canonical_names_of_a_valid_address() -> None:
    assert facts_of("Alice.Archer87+news@example.com").shape == "w.w99"
    assert facts_of("alice@").shape is None


@pytest.mark.parametrize(
    ("mailbox", "expected"),
    [
        ("user001@example.com", "user@example.com"),
        ("user2@example.com", "user@example.com"),
        ("alice@example.com", None),
        ("12345678@qq.com", None),
        (None, None),
    ],
)
def test_the_number_at_the_end_is_taken_off(mailbox: str | None, expected: str | None) -> None:
    assert stem(mailbox) == expected


def test_a_lookalike_domain_is_said_with_what_it_resembles() -> None:
    facts = facts_of("alice@gmial.com")
    assert (facts.resembles, facts.disguised) == ("gmail.com", False)
    assert facts_of("alice@example.com").resembles is None
