"""After an upgrade every account gets its trace: the one that it would have had, as far as what it needs is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import override_settings
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.models import Assessment, Sighting, Trace
from risk.rings.links import STORED, Link
from risk.rings.reading import read
from risk.rings.tells import WORDS
from tests.cast import alice, bob
from tests.conftest import client_with, post, seen_by_page
from tiers.models import Account
from verification.tasks import make_traces

OTHER = {"email": "lara.lane@posteo.de", "ip": "81.2.69.160", "payment": None, "device": None}
PHONE = "+14155552672"
Said = Callable[[], str]
Checks = Callable[[dict[str, Any]], str]


@pytest.fixture
def checks_of(shop: APIClient, catch_up: Callable[[], int], code_for: Callable[[str], str]) -> Checks:
    """Somebody signs up and proves the mailbox; gives where further checks are asked for."""

    def prove(body: dict[str, Any]) -> str:
        checks = f"/v1/signups/{post(shop, '/v1/signups', body).json()['id']}/checks"
        post(shop, checks, {"kind": "email"})
        catch_up()
        assert post(shop, f"{checks}/email/answers", {"code": code_for(body["email"])}).status_code == 200
        return checks

    return prove


@pytest.fixture
def people(shop: APIClient, page: APIClient, checks_of: Checks) -> dict[int, Any]:
    """Who signed up in each way there is, by their subjects: with the traces that the signups left."""
    assert post(shop, "/v1/signups", {**seen_by_page(page), "account_id": "by_page"}).status_code == 201
    post(shop, "/v1/signups", bob())
    later = checks_of(alice(account_id="later", phone=None, **OTHER))
    assert post(shop, later, {"kind": "phone", "to": PHONE}).status_code == 202
    return stored()


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    def run() -> str:
        capsys.readouterr()
        call_command("make_traces")
        return capsys.readouterr().out

    return run


def stored() -> dict[int, tuple[Any, ...]]:
    return {trace.subject: (trace.at, trace.links, trace.tells) for trace in Trace.objects.all()}


def test_a_trace_that_is_made_later_is_the_one_that_the_signup_would_have_left(
    people: dict[int, Any], said: Said
) -> None:
    by_page = Account.objects.get(account_id="by_page").pk
    later = Account.objects.get(account_id="later").pk
    assert people[by_page][1][Link.CANVAS]
    assert people[later][1][Link.PHONE_100]
    Trace.objects.all().delete()
    assert "3 traces made" in said()
    assert stored() == people


def test_a_shorter_trace_gets_the_links_that_it_lacks_and_keeps_its_own(people: dict[int, Any], said: Said) -> None:
    for trace in Trace.objects.all():
        trace.links = [7, *trace.links[1 : STORED - 3]]
        trace.save()
    assert len(read()) == 3
    assert "3 traces made or completed" in said()
    assert stored() == {subject: (at, [7, *links[1:]], tells) for subject, (at, links, tells) in people.items()}


def test_what_is_given_later_leaves_a_shorter_trace_to_be_completed(
    shop: APIClient, checks_of: Checks, said: Said
) -> None:
    checks = checks_of(alice(phone=None))
    trace = Trace.objects.get()
    Trace.objects.update(links=trace.links[: Link.PHONE_100])
    assert post(shop, checks, {"kind": "phone", "to": PHONE}).status_code == 202
    assert len(Trace.objects.get().links) == Link.PHONE_100
    said()
    links = Trace.objects.get().links
    assert (len(links), links[Link.SCREEN]) == (STORED, trace.links[Link.SCREEN])
    assert links[Link.PHONE]
    assert links[Link.PHONE_100]


def test_detection_reads_shorter_and_longer_traces(people: dict[int, Any]) -> None:
    first, second, _ = Trace.objects.order_by("pk")
    Trace.objects.filter(pk=first.pk).update(links=first.links[:5], tells=[])
    Trace.objects.filter(pk=second.pk).update(links=[*second.links, 5], tells=[0] * (WORDS + 1))
    accounts = read().columns()
    assert accounts.of[Link.SCREEN].code.tolist()[0] == -1
    assert accounts.of[Link.ADDRESS].code.tolist().count(-1) == 0


def test_a_run_again_has_nothing_to_do_and_two_do_not_get_in_each_others_way(
    people: dict[int, Any], said: Said
) -> None:
    assert "Every account has its trace" in said()
    Trace.objects.all().delete()
    assert make_traces() == 3
    assert make_traces() == 0
    assert stored() == people


def test_accounts_of_test_keys_get_none(db: None, said: Said) -> None:
    _, key = issue(KeyOrder(KeyKind.SECRET, ("signups:write",), "shop", "tests", Mode.TEST))
    assert post(client_with(key), "/v1/signups", alice()).status_code == 201
    assert "Every account has its trace" in said()
    assert not Trace.objects.exists()


def test_where_the_data_key_is_lost_the_hashes_and_facts_still_make_one(people: dict[int, Any]) -> None:
    Trace.objects.all().delete()
    with override_settings(GATEHOUSE_DATA_KEYS=[Fernet.generate_key().decode()]):
        assert make_traces() == 3
    subject = Account.objects.get(account_id="by_page").pk
    links, before = Trace.objects.get(subject=subject).links, people[subject][1]
    for link in (Link.ADDRESS, Link.PHONE_100, Link.SHAPE, Link.COUNTRY, Link.DEVICE):
        assert links[link] == before[link] != 0
    assert not links[Link.CANVAS]


def test_one_that_cannot_be_read_stops_nobody_and_is_told(people: dict[int, Any], said: Said) -> None:
    bad = Account.objects.get(account_id="acct_bob").pk
    Assessment.objects.filter(subject=bad).update(facts={"at": "noon"})
    Trace.objects.all().delete()
    told = said()
    assert "2 traces made" in told
    assert "1 accounts stay without" in told
    assert set(stored()) == set(people) - {bad}


def test_an_account_whose_sighting_is_gone_gets_what_is_left(people: dict[int, Any], said: Said) -> None:
    Sighting.objects.all().delete()
    Trace.objects.all().delete()
    said()
    assert stored().keys() == people.keys()
