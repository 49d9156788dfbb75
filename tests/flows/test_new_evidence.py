"""New evidence works backwards: exactly those whose facts it touches are decided again, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from risk import gather as gathering
from risk.kinds import IdentifierKind
from risk.lookups import mail_providers
from risk.lookups.network import NetworkLookup
from risk.models import Identifier
from tests.cast import alice
from tests.conftest import post
from tests.flows.test_callbacks import call_back
from tests.flows.test_containment import ring_of
from tests.flows.test_rechecking import decided_since, facts_of, last_assessment, reasons_of, rows, run, sign_up
from tests.risk.test_listings import anonymous_file
from tests.stripe_peer import CARD, StripePeer, callback
from tiers.models import Account
from verification import ageing, containment, list_news, reports
from verification.models import Report
from verification.providers.offline_lookups import DOMAINS
from verification.recheck_models import ListSeen
from verification.tasks import ask_again, contain_rings, recheck_due

CatchUp = Callable[[], int]
HERE, NEAR, FAR = "72.224.214.33", "72.224.214.99", "81.2.69.160"


@pytest.fixture
def exits(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A list of Tor exits that can be refreshed with other addresses on it."""
    place = tmp_path / "exits.txt"
    settings.GATEHOUSE_HOME, settings.NETWORK_DATA = tmp_path, {"tor": str(place)}
    filler = [f"185.220.101.{number}" for number in range(1, 50)]

    def refresh(*addresses: str) -> None:
        place.write_text("\n".join([*filler, *addresses]), encoding="utf-8")
        call_command("refresh_intel")

    refresh()
    monkeypatch.setattr(gathering, "network_data", NetworkLookup(tmp_path, settings.NETWORK_DATA))
    return refresh


def test_an_address_that_is_newly_on_a_list_reaches_those_who_came_from_it_and_no_neighbour(
    shop: APIClient, exits: Callable[..., None]
) -> None:
    sign_up(shop, "there", ip=HERE)
    sign_up(shop, "neighbour", ip=NEAR)
    sign_up(shop, "elsewhere", ip=FAR)
    run(recheck_due)  # the list as it is: no news
    before = last_assessment()
    exits(HERE)
    assert run(recheck_due) == 1
    assert decided_since(before) == [("there", "recheck")]
    assert facts_of("there")["network"]["listed_since"] == ["tor"]
    assert facts_of("there")["network"]["services"] == []
    assert "network_listed_since" in reasons_of("there")
    assert rows("neighbour")["network"].looked_at is not None  # in the same network: looked at, and as it was
    assert "network" not in rows("elsewhere")  # its network shows nothing of the list: not looked at
    assert run(recheck_due) == 0
    exits()
    assert run(recheck_due) == 1  # it was taken off again
    assert "network_listed_since" not in reasons_of("there")


def test_a_change_of_a_database_of_services_reaches_those_who_came_from_there_and_nobody_else(
    shop: APIClient, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "anonymous.mmdb"
    settings.GATEHOUSE_HOME, settings.NETWORK_DATA = tmp_path, {"anonymous": str(own)}
    anonymous_file(own, {"is_anonymous_vpn": ["185.220.101.0/24"]})
    monkeypatch.setattr(gathering, "network_data", NetworkLookup(tmp_path, settings.NETWORK_DATA))
    sign_up(shop, "there", ip=HERE)
    sign_up(shop, "neighbour", ip=NEAR)
    sign_up(shop, "elsewhere", ip=FAR)
    run(recheck_due)
    before = last_assessment()
    with time_machine.travel(timezone.now() + timedelta(seconds=2)):  # a database says in seconds of when it is
        anonymous_file(own, {"is_anonymous_vpn": ["185.220.101.0/24"], "is_residential_proxy": [f"{HERE}/32"]})
    assert run(recheck_due) == 1
    assert decided_since(before) == [("there", "recheck")]
    assert "network_listed_since" in reasons_of("there")
    assert rows("neighbour")["network"].looked_at is not None
    assert "network" not in rows("elsewhere")
    assert run(recheck_due) == 0


def test_much_news_of_a_list_is_told_piece_by_piece_and_a_run_goes_on_where_it_was(
    shop: APIClient, exits: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_news, "PIECE", 2)
    for number in range(5):
        sign_up(shop, f"there_{number}", ip=f"72.224.{number}.33")
    run(recheck_due)
    seen, before = ListSeen.objects.get(name="tor"), last_assessment()
    exits(*(f"72.224.{number}.33" for number in range(5)), "185.220.101.77")
    assert [run(recheck_due) for _ in range(4)] == [1, 2, 2, 0]  # six entries, of which one reaches nobody
    assert sorted(decided_since(before)) == [(f"there_{number}", "recheck") for number in range(5)]
    told = ListSeen.objects.get(name="tor")
    assert told.version > seen.version
    assert len(list_news.unpacked(bytes(told.entries))) == len(list_news.unpacked(bytes(seen.entries))) + 6


def test_news_of_a_list_is_not_lost_where_the_run_that_tells_it_dies(
    shop: APIClient, exits: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(shop, "there", ip=HERE)
    run(recheck_due)
    before = last_assessment()
    exits(HERE)
    with monkeypatch.context() as patch:
        patch.setattr(ageing, "hasten", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            list_news.tell(timezone.now())
    assert run(recheck_due) == 1
    assert decided_since(before) == [("there", "recheck")]


def test_an_address_that_is_listed_half_a_year_later_says_nothing_of_who_had_it_then(
    shop: APIClient, exits: Callable[..., None], clock: time_machine.Traveller
) -> None:
    sign_up(shop, "there", ip=HERE)
    run(recheck_due)
    before = last_assessment()
    clock.shift(timedelta(days=180))
    exits(HERE)
    assert list_news.tell(timezone.now()) == 0
    assert run(recheck_due) == 0
    assert decided_since(before) == []


def test_a_domain_that_is_newly_disposable_reaches_its_mailboxes_and_no_others(
    shop: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for domain in ("quickbox.example", "mail.quickbox.example", "otherbox.example"):
        sign_up(shop, domain.replace(".", "-"), email=f"alice@{domain}")
    run(recheck_due)
    before = last_assessment()
    monkeypatch.setattr(
        mail_providers, "blocklist", mail_providers.listed_disposable() | {"quickbox.example"}
    )  # an upgrade
    assert run(recheck_due) == 2
    assert sorted(decided_since(before)) == [
        ("mail-quickbox-example", "recheck"),
        ("quickbox-example", "recheck"),
    ]
    assert "mailbox_disposable" in reasons_of("quickbox-example")
    assert run(recheck_due) == 0
    assert "mailbox" not in rows("quickbox-example")  # nothing of it ages by itself


def test_lists_that_are_seen_for_the_first_time_are_no_news(shop: APIClient) -> None:
    sign_up(shop, "first", email="alice@mailinator.com")
    before = last_assessment()
    assert not ListSeen.objects.exists()
    assert run(recheck_due) == 0
    assert ListSeen.objects.filter(name="disposable_domains").exists()
    assert decided_since(before) == []


def test_what_a_domain_answers_for_one_reaches_all_who_have_a_mailbox_there(
    shop: APIClient, catch_up: CatchUp, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(shop, "first", email="a@shared.example")
    sign_up(shop, "second", email="b@shared.example")
    sign_up(shop, "apart", email="c@apart.example")
    catch_up(), run(ask_again)
    clock.shift(timedelta(days=10))  # what was answered is fresh for a week
    before = last_assessment()
    monkeypatch.setitem(DOMAINS, "shared", DOMAINS["nowhere"])
    sign_up(shop, "third", email="d@shared.example")
    catch_up()
    assert run(ask_again) == 2
    again = sorted(who for who in decided_since(before) if who[0] != "third")  # in whatever order they were due
    assert again == [("first", "recheck"), ("second", "recheck")]
    assert {"mailbox_domain_dead", "mailbox_lapsed"} <= reasons_of("first")
    assert "mailbox_lapsed" not in reasons_of("third")  # it never took mail, as far as this one goes


def test_who_came_first_with_a_device_hears_that_many_came_after(
    shop: APIClient, clock: time_machine.Traveller
) -> None:
    rare = {**alice()["device"], "visitor_id": "fa53000000000000000", "canvas": "0f0f0f0f0f0f0f0f"}
    sign_up(shop, "first", device=rare)
    sign_up(shop, "apart", device={**rare, "visitor_id": "0a0a000000000000000", "canvas": "1111", "audio": "2222"})
    run(recheck_due)
    clock.shift(timedelta(seconds=61))
    run(recheck_due)
    before = last_assessment()
    for number in range(7):
        sign_up(shop, f"after_{number}", device=rare)
    after = last_assessment()
    run(recheck_due)
    clock.shift(timedelta(seconds=61))
    run(recheck_due)
    again = {who for who, cause in decided_since(after) if cause == "recheck"}
    assert "first" in again
    assert "apart" not in again
    assert facts_of("first")["device"]["others_since"] == 7
    assert "device_shared_since" in reasons_of("first")
    assert before < after


def test_a_device_that_came_to_be_another_machine_step_by_step_decides_who_came_with_it_before(
    shop: APIClient, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "DEADLINE_SECONDS", 60.0)  # the first call of a process loads what later ones have
    mine = {**alice()["device"], "visitor_id": "fa53000000000000000", "canvas": "0f0f0f0f0f0f0f0f"}
    sign_up(shop, "first", device=mine)
    sign_up(shop, "apart", device={**mine, "visitor_id": "0a0a000000000000000", "canvas": "1111", "audio": "2222"})
    before = last_assessment()
    steps: list[dict[str, Any]] = [
        {"webgl_renderer": "ANGLE (AMD, AMD Radeon RX 7900 XT)"},
        {"canvas": "2e2e2e2e2e2e2e2e"},
        {"screen": "2560x1440x24"},
        {"hardware_concurrency": 32},
        {"device_memory": 2},
    ]
    for number, step in enumerate(steps):
        clock.shift(timedelta(days=20))
        mine = {**mine, **step, "visitor_id": f"fa5300000000000000{number + 1}"}
        sign_up(shop, f"step_{number}", device=mine)
    assert Identifier.objects.filter(kind=IdentifierKind.DEVICE).values("value").distinct().count() == 2
    run(recheck_due)
    clock.shift(timedelta(seconds=61))
    run(recheck_due)
    again = {who for who, cause in decided_since(before) if cause == "recheck"}
    assert "first" in again
    assert "apart" not in again
    assert "device_drifted" in reasons_of("first")
    assert "gpu" in facts_of("first")["device"]["drifted"]
    decided = last_assessment()
    clock.shift(timedelta(days=40))  # due again for age, and nothing is otherwise than it was found
    run(recheck_due)
    assert "first" not in {who for who, _ in decided_since(decided)}


def test_a_ring_that_is_confirmed_decides_its_members_and_nobody_else(shop: APIClient, nora: Any) -> None:
    for name in ("in_1", "in_2", "out"):
        sign_up(shop, name)
    ring = ring_of(list(Account.objects.filter(account_id__startswith="in_").order_by("pk")))
    before = last_assessment()
    containment.confirm(ring.pk, by=f"user:{nora.pk}", note="one rack", at=timezone.now())
    assert run(contain_rings) == 2
    assert decided_since(before) == [("in_1", "ring"), ("in_2", "ring")]


def test_a_report_on_a_card_decides_those_who_showed_it_and_nobody_else(
    shop: APIClient, catch_up: CatchUp, with_stripe: StripePeer
) -> None:
    card = {"provider": "stripe", "fingerprint": CARD["fingerprint"], "funding": "credit"}
    sign_up(shop, "shown_1", payment=card)
    sign_up(shop, "shown_2", payment=card)
    sign_up(shop, "apart", payment={**card, "fingerprint": "another"})
    catch_up()
    before = last_assessment()
    with_stripe.dispute("dp_1", fingerprint=CARD["fingerprint"])
    assert call_back(callback("charge.dispute.created", "dp_1")).status_code == 204
    catch_up()
    assert decided_since(before) == [("shown_1", "report"), ("shown_2", "report")]


def test_abuse_that_is_told_of_one_account_decides_that_one_alone(shop: APIClient, catch_up: CatchUp) -> None:
    card = {"provider": "stripe", "fingerprint": CARD["fingerprint"], "funding": "credit"}
    sign_up(shop, "shown_1", payment=card)
    sign_up(shop, "shown_2", payment=card)
    before = last_assessment()
    assert post(shop, "/v1/accounts/shown_1/reports", {"kind": "abuse", "reference": "r1"}).status_code == 201
    assert reports.concerned(Report.objects.get()) == [Account.objects.get(account_id="shown_1").pk]  # looked at alone
    assert decided_since(before) == [("shown_1", "report")]
