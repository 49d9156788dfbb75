"""Facts are gathered from what is at hand; a lookup that fails leaves its part unknown and stops nobody."""

import os
from dataclasses import replace
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
from risk.intel.refresh import Wish, refresh
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
        "device_accounts_1d": 0,
        "device_accounts_30d": 0,
        "mailbox_accounts_30d": 0,
        "domain_accounts_1d": 0,
        "domain_accounts_7d": 0,
        "domain_accounts_before": 0,
        "shape_accounts_7d": 0,
        "shape_accounts_before": 0,
        "shape_network_accounts_1d": 0,
        "network_accounts_10m": 0,
        "address_accounts_1d": 0,
        "network_accounts_1d": 0,
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
    assert gathered.facts.missing == dict.fromkeys(("device", "velocity", "shared", "lists", "rings"), "failed")
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


@pytest.mark.django_db
def test_past_the_deadline_nobody_waits_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "DEADLINE_SECONDS", -1.0)
    (gathered,) = gather([arrival()])
    assert gathered.facts.missing == dict.fromkeys(("device", "velocity", "shared", "pairs"), "deadline")


@pytest.mark.django_db
def test_what_the_page_measured_outweighs_what_the_caller_sent() -> None:
    page = PageReport(DeviceReport(visitor_id="seen"), FormReport(duration_ms=9000, keystrokes=40), "")
    (gathered,) = gather([arrival(Redeemed(TokenState.VALID, page))])
    assert gathered.facts.form
    assert gathered.facts.form.trusted
    (other,) = gather([arrival()])
    assert gathered.identifiers[IdentifierKind.DEVICE] != other.identifiers[IdentifierKind.DEVICE]


@pytest.mark.django_db
def test_what_a_browser_shows_is_looked_up_by_its_pairs_and_kept_to_learn_from() -> None:
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36"
    device = DeviceReport(platform="Linux x86_64", hardware_concurrency=8, languages=("en",), timezone="Europe/Berlin")
    (gathered,) = gather([arrival(registration=replace(JANE, user_agent=chrome, device=device))])
    assert gathered.facts.pairs
    assert {pair.group: pair.judged for pair in gathered.facts.pairs} == {"hardware": 0, "locale": 0}
    assert gathered.shown
    assert gathered.shown.traits["cores"] == "8"


@pytest.mark.django_db
def test_without_an_address_a_browser_is_judged_and_not_learnt_from() -> None:
    (gathered,) = gather([arrival(registration=replace(JANE, ip=None))])
    assert gathered.facts.pairs == ()
    assert gathered.shown is None


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


@pytest.fixture
def with_exits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home whose list of Tor exits has Jane's address; gives the list."""
    exits = tmp_path / "exits.txt"
    exits.write_text("72.224.214.33")
    refresh(tmp_path, {"tor": str(exits)}, Wish(), lambda _: None)
    monkeypatch.setattr(gathering, "network_data", NetworkLookup(tmp_path, {"tor": str(exits)}))
    return exits


@pytest.mark.django_db
def test_what_the_address_is_used_for_is_gathered(with_exits: Path) -> None:
    (gathered,) = gather([arrival()])
    network = gathered.facts.network
    assert network
    assert (network.services, network.services_known, network.asn) == (("tor",), ("tor",), None)
    assert "tor" not in gathered.facts.missing


@pytest.mark.django_db
def test_a_list_too_old_to_count_is_missing_and_says_why(
    monkeypatch: pytest.MonkeyPatch, with_exits: Path, tmp_path: Path
) -> None:
    os.utime(with_exits, (1, 1))
    refresh(tmp_path, {"tor": str(with_exits)}, Wish(), lambda _: None)
    monkeypatch.setattr(gathering, "network_data", NetworkLookup(tmp_path, {"tor": str(with_exits)}))
    (gathered,) = gather([arrival()])
    assert gathered.facts.missing["tor"] == "stale"
    assert gathered.facts.network
    assert gathered.facts.network.services is None


@pytest.mark.django_db
def test_how_likely_strangers_share_the_address_is_gathered_for_each() -> None:
    nat = Registration("acct_nat", ip="100.64.0.1")
    nowhere = Registration("acct_nowhere", ip="10.0.0.1")
    found = gather([arrival(), arrival(registration=nat), arrival(registration=nowhere)])
    assert [one.facts.network.shared if one.facts.network else None for one in found] == [0.05, 1.0, None]


@pytest.mark.django_db
def test_without_network_data_the_facts_say_that_it_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gathering, "network_data", NetworkLookup(tmp_path))
    (gathered,) = gather([arrival()])
    assert gathered.facts.missing == {"country": "no data", "asn": "no data"}
