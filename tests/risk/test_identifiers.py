"""What a registration shows that another could show too."""

from datetime import UTC, datetime

import pytest

from risk.facts import NetworkFacts
from risk.identifiers import IdentifierKind, Identifiers, Shown, identify, store
from risk.lookups.mailbox import mailbox_facts
from risk.models import Identifier
from risk.places import block
from risk.registration import PaymentReport, Registration


def shown(email: str | None = None, phone: str | None = None, ip: str = "72.224.214.33") -> Identifiers:
    registration = Registration("acct_x", ip=ip, email=email, phone=phone, payment=PaymentReport(bin="427319"))
    network = NetworkFacts(scope="public", version=4)
    return identify(registration, network=network, mailbox=mailbox_facts(email, None))


def same(kind: IdentifierKind, one: Identifiers, other: Identifiers) -> bool:
    return one[kind] == other[kind]


def test_subdomains_of_one_organisation_are_one_domain() -> None:
    assert same(IdentifierKind.DOMAIN, shown("a@x1.example.com"), shown("b@x2.mail.example.com"))
    assert IdentifierKind.DOMAIN not in shown("a@alice.fastmail.com")


def test_counted_mailboxes_have_one_stem() -> None:
    assert same(IdentifierKind.MAILBOX_STEM, shown("user001@gmail.com"), shown("u.s.e.r.2+x@googlemail.com"))
    assert IdentifierKind.MAILBOX_STEM not in shown("alice@gmail.com")


def test_a_shape_is_one_at_a_domain_and_narrower_on_a_network() -> None:
    kind = IdentifierKind.MAILBOX_SHAPE
    here, there = shown("anna.smith87@gmail.com"), shown("otto.kern12@gmail.com", ip="81.2.69.160")
    assert same(kind, here, shown("otto.kern12@gmail.com"))
    assert not same(kind, here, there)
    low, high = block(here[kind], 10_000)
    assert low <= there[kind] <= high
    assert not low <= shown("otto.kern12@outlook.com")[kind] <= high


def test_neighbouring_numbers_share_their_block() -> None:
    kind = IdentifierKind.PHONE_PLACE
    low, high = block(shown(phone="+14155552671")[kind], 10)
    assert low <= shown(phone="+1 415 555 2679")[kind] <= high
    assert not low <= shown(phone="+14155552681")[kind] <= high


def test_what_is_malformed_identifies_nobody() -> None:
    bare = Registration("acct_x", email="alice@", phone="123", payment=PaymentReport(bin="42"))
    assert identify(bare, network=None, mailbox=mailbox_facts("alice@", None)) == {}


@pytest.mark.django_db
def test_what_is_stored_is_found_again_to_the_microsecond() -> None:
    at = datetime(2026, 8, 3, 1, 44, 40, 431_207, tzinfo=UTC)
    store([Shown(7, at, {IdentifierKind.PHONE: -(2**63), IdentifierKind.CARD: 2**63 - 1}), Shown(8, at, {})])
    rows = set(Identifier.objects.values_list("subject", "kind", "value", "at"))
    assert rows == {(7, 4, -(2**63), at), (7, 5, 2**63 - 1, at)}
