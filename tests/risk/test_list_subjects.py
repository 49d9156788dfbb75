"""Who showed what an entry names."""

from datetime import UTC, datetime

import pytest

from risk.facts import NetworkFacts
from risk.identifiers import IdentifierKind, Shown, identify, store
from risk.list_entries import Wanted, add
from risk.list_subjects import subjects
from risk.lists import ListKind
from risk.lookups.mailbox import mailbox_facts
from risk.policies.store import DEFAULT, publish, read
from risk.registration import PaymentReport, Registration

AT = datetime(2026, 8, 3, tzinfo=UTC)
FOUND = {
    "emails": "anna.smith+x@corp.example",
    "domains": "corp.example",
    "phones": "+14155552671",
    "phone_blocks": "+141555526**",
    "devices": "-42",
    "cards": "stripe:Xt5EWLLDS7FJjR1c",
    "addresses": "72.224.214.33",
}
OTHER = {"networks": "72.224.0.0/14", "bins": "424242", "asns": "AS64500"}


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    """Eleven who show all that can be named, and one who shows none of it."""
    publish({**read(DEFAULT), "lists": [{"name": f"of_{kind}", "of": kind, "effect": "deny"} for kind in ListKind]})
    store([Shown(subject, AT, {**showing(FOUND), IdentifierKind.DEVICE: -42}) for subject in range(1, 12)])
    another = {"emails": "b@other.example", "phones": "+4917612345678", "addresses": "84.44.128.1", "cards": "x:y"}
    store([Shown(12, AT, {**showing(another), IdentifierKind.DEVICE: 42})])


def showing(values: dict[str, str]) -> dict[IdentifierKind, int]:
    provider, _, fingerprint = values["cards"].partition(":")
    registration = Registration(
        "acct_x",
        ip=values["addresses"],
        email=values["emails"],
        phone=values["phones"],
        payment=PaymentReport(provider=provider, fingerprint=fingerprint, bin="424242"),
    )
    network = NetworkFacts(scope="public", version=4)
    return identify(registration, network=network, mailbox=mailbox_facts(values["emails"], None))


@pytest.mark.parametrize("kind", FOUND)
def test_whoever_showed_the_value_is_found_in_order_and_nobody_else(kind: str) -> None:
    (entry,) = add([Wanted(f"of_{kind}", FOUND[kind], "seen")], author="nora")
    assert subjects(entry, after=0, most=4) == [1, 2, 3, 4]
    assert subjects(entry, after=4, most=100) == list(range(5, 12))


@pytest.mark.parametrize("kind", OTHER)
def test_by_what_is_not_kept_in_a_form_to_be_found_by_nobody_is(kind: str) -> None:
    (entry,) = add([Wanted(f"of_{kind}", OTHER[kind], "seen")], author="nora")
    assert subjects(entry, after=0, most=4) == []
