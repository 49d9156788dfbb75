"""Facts are gathered from what is at hand; a lookup that fails leaves its part unknown and stops nobody."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from risk import gather as gathering
from risk.devices import PageReport, Redeemed
from risk.facts import TokenState
from risk.gather import Arrival, gather, network_facts
from risk.identifiers import IdentifierKind
from risk.lookups.network import NetworkLookup
from risk.registration import DeviceReport, FormReport, Registration

NOW = datetime(2026, 8, 3, 12, tzinfo=UTC)
JANE = Registration("acct_jane", ip="72.224.214.33", email="jane.doe@example.com", device=DeviceReport(visitor_id="x"))


def arrival(redeemed: Redeemed | None = None, registration: Registration = JANE) -> Arrival:
    return Arrival(registration, NOW, redeemed or Redeemed(TokenState.ABSENT))


@pytest.mark.django_db
def test_everything_at_hand_is_gathered_and_nothing_is_missing() -> None:
    (gathered,) = gather([arrival()])
    assert gathered.facts.missing == {}
    assert gathered.facts.velocity == {
        "device_accounts_30d": 0,
        "mailbox_accounts_30d": 0,
        "domain_accounts_1d": 0,
        "network_accounts_10m": 0,
    }
    assert gathered.facts.mailbox
    assert gathered.facts.mailbox.domain == "example.com"


def test_with_the_database_away_the_facts_it_would_give_are_unknown_and_say_so(
    monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
        (gathered,) = gather([arrival()])
        connection.close()
    assert gathered.facts.velocity is None
    assert gathered.facts.missing == {"device": "failed", "velocity": "failed"}
    assert gathered.facts.mailbox is not None


@pytest.mark.django_db
def test_a_device_that_could_not_be_looked_up_is_remembered_as_it_showed_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (looked_up,) = gather([arrival()])
    monkeypatch.setattr(gathering, "DEADLINE_SECONDS", -1.0)
    (gathered,) = gather([arrival()])
    assert gathered.recognised
    assert looked_up.recognised
    assert gathered.recognised.identity == looked_up.recognised.identity
    assert gathered.facts.device
    assert gathered.facts.device.recognised is None


def test_past_the_deadline_nobody_waits_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "DEADLINE_SECONDS", -1.0)
    (gathered,) = gather([arrival()])
    assert gathered.facts.missing == {"device": "deadline", "velocity": "deadline"}


@pytest.mark.django_db
def test_what_the_page_measured_outweighs_what_the_caller_sent() -> None:
    page = PageReport(DeviceReport(visitor_id="seen"), FormReport(duration_ms=9000, keystrokes=40), "")
    (gathered,) = gather([arrival(Redeemed(TokenState.VALID, page))])
    assert gathered.facts.form
    assert gathered.facts.form.trusted
    (other,) = gather([arrival()])
    assert gathered.identifiers[IdentifierKind.DEVICE] != other.identifiers[IdentifierKind.DEVICE]


@pytest.mark.parametrize(
    ("ip", "scope"),
    [("999.1.1.1", "malformed"), ("10.0.0.1", "private"), ("100.64.0.1", "shared"), ("72.224.214.33", "public")],
)
def test_an_address_gives_at_least_its_scope(ip: str, scope: str) -> None:
    facts = network_facts(ip)
    assert facts
    assert facts.scope == scope


def test_no_address_gives_nothing() -> None:
    assert network_facts(None) is None


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["2A02:8071:0:0::1", "2a02:8071::1", " 2a02:8071::1"])
def test_an_address_in_another_spelling_is_the_same_address(spelling: str) -> None:
    (gathered,) = gather([arrival(registration=Registration("acct_jane", ip=spelling))])
    (plain,) = gather([arrival(registration=Registration("acct_jane", ip="2a02:8071::1"))])
    assert gathered.identifiers == plain.identifiers
    assert IdentifierKind.ADDRESS in plain.identifiers


def test_an_ipv4_address_written_as_ipv6_is_one_of_ipv4() -> None:
    facts = network_facts("::ffff:72.224.214.33")
    assert facts
    assert facts.version == 4


@pytest.mark.django_db
def test_without_network_data_the_facts_say_that_it_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gathering, "network_data", NetworkLookup(tmp_path))
    (gathered,) = gather([arrival()])
    assert gathered.facts.missing == {"network": "no data"}
