"""What would reach many honest people is left out whoever says it, and what cannot be taken in whole is not at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib import audit
from risk.models import ListEntry
from risk.policies.store import DEFAULT, publish, read
from risk.policyerror import PolicyError
from tests.cast import alice
from tests.conftest import post
from tests.verification.sharing.test_bundles import INDICATOR, RELATION, RING, raw
from verification.sharing import taking_in
from verification.sharing.bundles import parse
from verification.sharing.entries import ListsMissing
from verification.sharing.partners import Wanted, add
from verification.sharing.taking_in import Taken, TooMuch, take_in
from verification.sharing_models import Partner, PartnerIndicator, PartnerRing
from verification.tasks.sharing import match_partners

DOMAIN = "[domain-name:value = 'farm.example']"


@pytest.fixture
def acme(db: None) -> Partner:
    return add(Wanted("acme", key="5f" * 32), by="tests", at=timezone.now())


def indicators(patterns: Sequence[str], **changes: Any) -> list[dict[str, Any]]:
    return [
        {**INDICATOR, "id": f"{INDICATOR['id'][:-4]}{place:04x}", "pattern": pattern, **changes}
        for place, pattern in enumerate(patterns)
    ]


def taken(partner: Partner, *objects: dict[str, Any], at: datetime | None = None) -> Taken:
    now = at or timezone.now()
    return take_in(partner, parse(raw(*objects), at=now), by="tests", at=now)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[ipv4-addr:value ISSUBSET '10.0.0.0/8']", "too wide"),
        ("[ipv4-addr:value ISSUBSET '72.224.0.0/16']", "too wide"),
        ("[ipv6-addr:value ISSUBSET '2001:db8::/32']", "too wide"),
        ("[domain-name:value = 'gmail.com']", "of everybody"),
        ("[domain-name:value = 'co.uk']", "of everybody"),
        ("[domain-name:value = 'mailinator.com']", "of everybody"),
        ("[domain-name:value = 'github.io']", "of everybody"),
        ("[domain-name:value = 'nothing']", "not readable"),
        ("[email-addr:value = 'nobody']", "not readable"),
        ("[ipv4-addr:value ISSUBSET '198.51.100.7/24']", "not readable"),
    ],
)
def test_what_is_of_many_is_left_out_and_counted(acme: Partner, pattern: str, why: str) -> None:
    done = taken(acme, *indicators([pattern, DOMAIN]))
    assert done.left_out == {why: 1}
    assert done.counts["new"] == 1
    assert ListEntry.objects.get().value == "farm.example"


def test_what_good_accounts_show_in_number_is_left_out(
    acme: Partner, shop: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_in, "COMMON_MOST", 2)
    told = ["[domain-name:value = 'campus.example']", "[ipv4-addr:value ISSUBSET '72.224.214.0/24']"]
    told += ["[ipv4-addr:value = '72.224.214.33']", DOMAIN]
    for number in range(2):
        post(shop, "/v1/signups", alice(account_id=f"a{number}", email=f"jo{number}@campus.example", phone=None))
    assert not taken(acme, *indicators(told)).left_out
    monkeypatch.setattr(taking_in, "COMMON_MOST", 1)
    newer = indicators(told, modified="2026-11-03T00:00:00.000Z")
    assert taken(acme, *newer).left_out == {"common here": 3}
    standing = ListEntry.objects.filter(removed_at=None)
    assert [entry.value for entry in standing] == ["farm.example"]  # and those of before are off


@pytest.mark.parametrize(
    ("confidence", "believed", "name"),
    [
        (100, 100, "indicated_domains_surely"),
        (70, 100, "indicated_domains_surely"),
        (69, 100, "indicated_domains"),
        (None, 100, "indicated_domains"),
        (30, 100, "indicated_domains"),
        (29, 100, None),
        (100, 40, "indicated_domains"),
        (100, 0, None),
    ],
)
def test_how_sure_a_partner_is_and_how_far_it_is_believed_say_what_its_word_comes_to(
    db: None, confidence: int | None, believed: int, name: str | None
) -> None:
    acme = add(Wanted("acme", believed=believed), by="tests", at=timezone.now())
    (told,) = indicators([DOMAIN])
    if confidence is None:
        del told["confidence"]
    else:
        told["confidence"] = confidence
    taken(acme, told)
    assert [entry.list for entry in ListEntry.objects.all()] == ([name] if name else [])


def test_an_entry_has_an_end_whatever_is_said_and_what_is_over_is_left_out(acme: Partner) -> None:
    now = timezone.now()
    (never,) = indicators([DOMAIN])
    late = {**never, "id": never["id"][:-1] + "a", "valid_until": "2999-01-01T00:00:00Z"}
    over = {**never, "id": never["id"][:-1] + "b", "valid_until": "2026-11-02T00:00:00Z"}
    assert taken(acme, never, late, over, at=now).left_out == {"expired": 1}
    ends = list(ListEntry.objects.order_by("pk").values_list("expires_at", flat=True))
    assert ends == [now + timedelta(days=90), now + timedelta(days=180)]


def test_what_has_expired_is_forgotten_and_told_anew_is_taken_in_again(
    acme: Partner, clock: time_machine.Traveller
) -> None:
    told = indicators([INDICATOR["pattern"], DOMAIN])
    taken(acme, *told)
    clock.shift(timedelta(days=91))
    match_partners()
    assert set(PartnerIndicator.objects.values_list("mark", "value", "revoked")) == {("", "", True)}
    assert not ListEntry.objects.filter(expires_at__gt=timezone.now()).exists()
    assert taken(acme, *told).counts == {"the same": 2}
    assert taken(acme, *indicators([DOMAIN], modified="2026-11-07T00:00:00.000Z")).counts == {"changed": 1}


def test_where_one_thing_cannot_be_nothing_is_taken_in(acme: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "INDICATORS_MOST", 1)
    with pytest.raises(TooMuch):
        taken(acme, RING, *indicators([DOMAIN, "[domain-name:value = 'farm2.example']"]))
    assert not ListEntry.objects.exists()
    assert not PartnerIndicator.objects.exists()
    assert not PartnerRing.objects.exists()


def test_a_policy_without_the_lists_takes_in_nothing_and_says_which_it_needs(acme: Partner) -> None:
    publish({name: part for name, part in read(DEFAULT).items() if name != "lists"})
    with pytest.raises(ListsMissing, match="indicated_emails, indicated_emails_surely"):
        taken(acme, *indicators([DOMAIN]))
    assert not PartnerIndicator.objects.exists()


@pytest.mark.parametrize("changes", [{"effect": "deny"}, {"effect": "allow"}, {"effect": "watch", "floor": "review"}])
def test_no_policy_lets_a_partners_word_deny_or_hold(db: None, changes: dict[str, str]) -> None:
    document = {**read(DEFAULT), "lists": [{"name": "indicated_emails", "of": "emails", **changes}]}
    with pytest.raises(PolicyError, match="what partners say"):
        publish(document)


def test_a_relation_ties_what_came_on_an_earlier_page_and_a_ring_taken_back_takes_all_of_it(acme: Partner) -> None:
    (told,) = indicators([DOMAIN])
    told["id"] = INDICATOR["id"]
    taken(acme, told)
    taken(acme, RING)
    taken(acme, RELATION)
    assert PartnerIndicator.objects.get().ring == PartnerRing.objects.get()
    taken(acme, {**RING, "modified": "2026-11-05T00:00:00.000Z", "revoked": True})
    assert not ListEntry.objects.filter(removed_at=None).exists()
    assert PartnerIndicator.objects.get().revoked
    assert audit.verify() == []


def test_an_entry_taken_off_by_hand_stays_off_while_the_same_is_told(acme: Partner) -> None:
    taken(acme, *indicators([DOMAIN]))
    from_partner = ListEntry.objects.get()
    from_partner.removed_at = timezone.now()
    from_partner.save()
    assert taken(acme, *indicators([DOMAIN])).counts == {"the same": 1}
    assert not ListEntry.objects.filter(removed_at=None).exists()
    taken(acme, *indicators([DOMAIN], modified="2026-11-06T00:00:00.000Z"))
    assert ListEntry.objects.filter(removed_at=None).count() == 1
