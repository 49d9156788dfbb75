"""Which accounts calibration is measured on, and what counts as the truth."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from django.utils import timezone
from rest_framework.test import APIClient

from risk.models import Assessment
from risk.policies.store import DEFAULT
from risk.policy import parse
from risk.signals import REASON_CODES
from tests.cast import alice
from tests.conftest import post
from verification.calibration import Choice, NothingLabelled, read

AUGUST = datetime(2026, 8, 3, tzinfo=UTC)


def opened(shop: APIClient, name: str, at: datetime = AUGUST) -> None:
    person = alice(account_id=name, email=f"{name}@example.org", device=None, phone=None)
    answer = post(shop, "/v1/signups", {**person, "created_at": at.isoformat()})
    assert answer.status_code == 201, answer.content


def told(shop: APIClient, name: str, kind: str) -> None:
    assert post(shop, f"/v1/accounts/{name}/reports", {"kind": kind, "reference": f"{name}-{kind}"}).status_code == 201


def now(days: float = 0) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_the_first_score_is_held_against_the_labels_and_no_label_is_honest(shop: APIClient) -> None:
    for name in ("a", "b", "c"):
        opened(shop, name)
    told(shop, "a", "abuse")
    told(shop, "b", "cleared")
    history = read(Choice(known_by=now()))
    assert history.happened == [False, False, True]  # the newest first
    assert history.labelled == 2
    firsts = [Assessment.objects.filter(subject=s).earliest("id") for s in _subjects()]
    assert history.predicted == [first.score / 100 for first in firsts]
    assert Assessment.objects.filter(subject=firsts[-1].subject).latest("id").score > firsts[-1].score
    assert sum(history.policies.values()) == 3


def _subjects() -> list[int]:
    return sorted(set(Assessment.objects.values_list("subject", flat=True)), reverse=True)


def test_who_is_too_young_waits_labelled_or_not(shop: APIClient) -> None:
    opened(shop, "old")
    opened(shop, "young", at=now(-20))
    told(shop, "old", "abuse")
    told(shop, "young", "abuse")
    assert read(Choice(known_by=now())).happened == [True]
    assert read(Choice(known_by=now(), maturity=timedelta(days=10))).happened == [True, True]


def test_a_time_picks_by_when_the_account_was_opened(shop: APIClient) -> None:
    for day in range(4):
        opened(shop, f"a{day}", at=AUGUST + timedelta(days=day))
        told(shop, f"a{day}", "abuse")
    choice = Choice(known_by=now(), since=AUGUST + timedelta(days=1), until=AUGUST + timedelta(days=3))
    assert len(read(choice).predicted) == 2


def test_what_was_not_known_by_then_does_not_count(shop: APIClient) -> None:
    opened(shop, "a")
    told(shop, "a", "abuse")
    with pytest.raises(NothingLabelled, match="None of the 1 accounts"):
        read(Choice(known_by=now(-1)))


def test_with_nobody_old_enough_it_says_so(shop: APIClient) -> None:
    opened(shop, "young", at=now(-20))
    told(shop, "young", "abuse")
    with pytest.raises(NothingLabelled, match="45 days old"):
        read(Choice(known_by=now()))


def test_the_newest_are_read_first_and_no_more_than_asked_for(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verification.calibration.CHUNK", 2)
    for number in range(5):
        opened(shop, f"a{number}")
        told(shop, f"a{number}", "abuse")
    whole, bounded = read(Choice(known_by=now())), read(Choice(known_by=now(), most=4))
    assert (len(whole.predicted), whole.cut_short) == (5, False)
    assert (len(bounded.predicted), bounded.cut_short) == (4, True)
    assert read(Choice(known_by=now(), seconds=0)).cut_short


def test_a_policy_judges_the_first_facts_anew(shop: APIClient) -> None:
    opened(shop, "a")
    told(shop, "a", "abuse")
    document = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    stored = read(Choice(known_by=now()))
    same = read(Choice(known_by=now(), policy=parse(document, known_reasons=REASON_CODES)))
    graver = parse({**document, "prior": 0.5}, known_reasons=REASON_CODES)
    other = read(Choice(known_by=now(), policy=graver))
    assert same.predicted == stored.predicted
    assert other.predicted[0] > stored.predicted[0]
    assert list(other.policies) == [graver.digest]
