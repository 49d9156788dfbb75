"""A partner's ring is brought up once enough accounts show it, or it looks like one of ours, and not again for less."""

from datetime import timedelta
from typing import Any, cast

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import Ring
from risk.rings.states import RingState
from tests.cast import alice
from tests.flows.test_sharing import TEMPLATE, sign_up
from tests.operator import ring_of
from tiers.models import Account
from verification.models import Case, Event
from verification.sharing.cases import agree, compared, raise_due
from verification.sharing.partners import Wanted, add
from verification.sharing_models import Partner, PartnerCase, PartnerIndicator, PartnerMatch, PartnerRing

LOOKS = [[line["link"], line["shown"]] for line in cast("list[dict[str, str]]", TEMPLATE["lines"])]
LINES = [["SHAPE", "llll99@farm.example"], ["CLOCK", "UTC+8"], ["CARRIER", "Farm Mobile"], ["PHONE_100", "3 blocks"]]


@pytest.fixture
def acme(db: None) -> Partner:
    return add(Wanted("acme", key="5f" * 32), by="tests", at=timezone.now())


@pytest.fixture
def theirs(acme: Partner) -> PartnerRing:
    told = {"name": "RING ONE", "stix_id": "intrusion-set--1", "modified": timezone.now()}
    return PartnerRing.objects.create(partner=acme, **told)


def indicator_of(ring: PartnerRing) -> PartnerIndicator:
    now = timezone.now()
    told = {"stix_id": "indicator--1", "of": "phones", "mark": "5f" * 32, "confidence": 80}
    told |= {"modified": now, "since": now, "expires_at": now + timedelta(days=30)}
    return PartnerIndicator.objects.create(partner=ring.partner, ring=ring, **told)


def people(shop: APIClient, number: int, name: str = "p") -> list[Account]:
    return sign_up(
        shop,
        *(alice(account_id=f"{name}{each}", email=f"{name}{each}@x.example", phone=None) for each in range(number)),
    )


def match(indicator: PartnerIndicator, accounts: list[Account]) -> None:
    for account in accounts:
        PartnerMatch.objects.create(indicator=indicator, subject=account.pk, at=timezone.now())


@pytest.mark.parametrize(
    ("ours", "common"),
    [
        pytest.param(LINES[:3], 3, id="three lines, one of them telling"),
        pytest.param(LINES[1:], 0, id="none that tells"),
        pytest.param(LINES[:2], 0, id="two lines"),
        pytest.param([["SHAPE", "other"], *LINES[1:3]], 0, id="the telling one differs"),
        pytest.param([], 0, id="nothing"),
    ],
)
def test_two_templates_agree_in_three_lines_of_which_one_tells(ours: list[Any], common: int) -> None:
    assert len(agree(compared(LINES), compared(ours))) == common


def test_a_line_that_is_not_compared_counts_for_nothing() -> None:
    assert compared(LINES) == {tuple(line) for line in LINES[:3]}


def test_enough_accounts_make_one_case_and_twice_as_many_another(
    acme: Partner, theirs: PartnerRing, shop: APIClient
) -> None:
    indicator, accounts = indicator_of(theirs), people(shop, 6)
    match(indicator, accounts[:2])
    assert raise_due(acme, at=timezone.now()) == 0
    match(indicator, accounts[2:3])
    assert raise_due(acme, at=timezone.now()) == 1
    case = Case.objects.get(kind="partner_ring")
    assert case.account == accounts[2]
    assert PartnerCase.objects.get().accounts == 3
    assert Event.objects.filter(type="case.opened", account=accounts[2]).count() == 1
    Case.objects.update(closed_at=timezone.now())
    match(indicator, accounts[3:5])
    assert raise_due(acme, at=timezone.now()) == 0
    match(indicator, accounts[5:])
    assert raise_due(acme, at=timezone.now()) == 1


@pytest.mark.parametrize("change", ["revoked", "ring revoked", "expired"])
def test_what_is_told_no_more_brings_nothing_up(
    acme: Partner, theirs: PartnerRing, shop: APIClient, change: str
) -> None:
    indicator = indicator_of(theirs)
    match(indicator, people(shop, 3))
    if change == "ring revoked":
        PartnerRing.objects.update(revoked=True)
    else:
        fields = {"revoked": True} if change == "revoked" else {"expires_at": timezone.now()}
        PartnerIndicator.objects.update(**fields)
    assert raise_due(acme, at=timezone.now()) == 0


def test_a_suspected_ring_of_ours_that_looks_like_theirs_is_brought_up_once(
    acme: Partner, theirs: PartnerRing, shop: APIClient
) -> None:
    PartnerRing.objects.filter(pk=theirs.pk).update(lines=LOOKS)
    ours = ring_of(people(shop, 2), template=TEMPLATE)
    assert raise_due(acme, at=timezone.now()) == 1
    told = PartnerCase.objects.get()
    assert told.local_ring == ours
    assert "numbers of Farm Mobile" in " ".join(told.why)
    Case.objects.update(closed_at=timezone.now())
    assert raise_due(acme, at=timezone.now()) == 0


def test_a_ring_that_people_looked_at_is_not_compared(acme: Partner, theirs: PartnerRing, shop: APIClient) -> None:
    PartnerRing.objects.filter(pk=theirs.pk).update(lines=LOOKS)
    ring_of(people(shop, 2), template=TEMPLATE)
    Ring.objects.update(state=RingState.DISMISSED)
    assert raise_due(acme, at=timezone.now()) == 0
