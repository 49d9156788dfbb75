"""Who signs up one change at a time to find out what passes is shown, and learns nothing more."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from risk.models import ListEntry
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account
from verification.models import Event
from verification.probing_models import Probing
from verification.tasks.periodic import watch_probing

PAGE = "/console/verification/probing/"
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"accept_language": "de-DE,de;q=0.9"},
    {"accept_language": "fr-FR,fr;q=0.9"},
    {"fonts": ["Arial", "Verdana"]},
    {"fonts": ["Arial", "Tahoma"]},
    {"fonts": ["Arial", "Courier"]},
)
Probe = Callable[[int], Any]


@pytest.fixture
def probe(shop: APIClient) -> Probe:
    """Sign up again as somebody else, with one thing changed."""

    def go(number: int) -> Any:
        change = dict(CHANGES[number % len(CHANGES)])
        device = {**alice()["device"], **({"fonts": change.pop("fonts")} if "fonts" in change else {})}
        names = {"account_id": f"acct_try_{number}", "email": f"{'abcdefghij'[number]}.winter{number}@gmail.com"}
        sent = alice(**names, **change, device=device, phone=None, name=f"{'ABCDEFGHIJ'[number]} Winter")
        return post(shop, "/v1/signups", sent)

    return go


@pytest.fixture
def probed(probe: Probe) -> list[Any]:
    """Six tries."""
    return [probe(number) for number in range(6)]


def test_the_source_is_shown_told_of_and_linked_to_its_signups(probed: list[Any], nora: User, client: Client) -> None:
    assert {answer.status_code for answer in probed} == {201}
    assert (watch_probing(), watch_probing()) == (1, 1)
    probing = Probing.objects.get()
    assert (probing.source, probing.accounts.count()) == ("device", 6)
    event = Event.objects.get(type="probing.found")
    assert (event.account, event.data) == (
        None,
        {"probing": probing.public_id, "source": "device", "signups": 6},
    )
    client.force_login(nora)
    page = client.get(PAGE).content.decode()
    assert f"?probing={probing.public_id}" in page
    assert "3 x fonts, 2 x languages and time zone" in page
    signups = client.get(f"/console/verification/signup/?probing={probing.public_id}").content.decode()
    assert all(f"acct_try_{number}" in signups for number in range(6))
    assert client.get(f"{PAGE}{probing.pk}/change/").headers["Location"].endswith(f"?probing={probing.public_id}")
    assert client.get("/console/").context["today"].probing == 1
    assert "gatehouse_probing_sources 1.0" in client.get("/metrics").content.decode()


def test_another_try_is_challenged_whatever_it_changes(probed: list[Any], probe: Probe) -> None:
    assert watch_probing() == 1
    entries = ListEntry.objects.order_by("pk")
    assert [entry.list for entry in entries] == ["probing_devices", "probing_addresses"]
    assert Probing.objects.get().entries == [entry.pk for entry in entries]
    again = probe(6).json()
    assert again["outcome"] != "allow"
    assert {reason["code"] for reason in again["reasons"]} >= {"list_probing_devices", "list_probing_addresses"}
    watch_probing()
    assert Probing.objects.get().accounts.count() == 7
    assert ListEntry.objects.count() == 2


def test_it_ends_after_a_day_without_tries(probed: list[Any], probe: Probe, clock: time_machine.Traveller) -> None:
    watch_probing()
    clock.shift(timedelta(days=1, minutes=1))
    assert watch_probing() == 0
    assert "list_probing_devices" not in {reason["code"] for reason in probe(7).json()["reasons"]}


def test_who_confirms_a_mailbox_tries_nothing_out(
    probed: list[Any], shop: APIClient, catch_up: Callable[[], int], code_for: Callable[[str], str]
) -> None:
    signup = probed[0].json()["id"]
    post(shop, f"/v1/signups/{signup}/checks", {"kind": "email"})
    catch_up()
    code = code_for("a.winter0@gmail.com")
    assert post(shop, f"/v1/signups/{signup}/checks/email/answers", {"code": code}).json()["checks"]
    assert watch_probing() == 0
    assert not Probing.objects.exists()


def test_somebody_who_is_erased_is_in_no_run_any_more(probed: list[Any], tmp_path: Any) -> None:
    watch_probing()
    call_command("export_person", "acct_try_1", str(tmp_path / "one.zip"), "--full")
    archive = zipfile.ZipFile(io.BytesIO((tmp_path / "one.zip").read_bytes()))
    assert Probing.objects.get().public_id in archive.read("probing.json").decode()
    call_command("erase_person", "acct_try_1", "--yes", "--reason", "asked")
    assert Probing.objects.get().accounts.count() == 5
    assert not Account.objects.filter(account_id="acct_try_1").exists()
