"""A person is told before a tier lapses, once, and it falls only after the grace."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from risk.facts import Word
from risk.policies.store import active, publish
from tests.cast import alice
from tests.conftest import post
from tiers.models import Account, LapseNotice
from verification.lapsing import lapse_due, tell_due
from verification.models import Event, InboxMessage, Proof
from verification.recheck import redecide
from verification.review import give_word
from verification.states import Cause
from verification.tasks import lapse_proofs, tell_lapsing, tell_person

MAILBOX, PHONE = "alice.archer@gmail.com", "+14155552671"
DAY = timedelta(days=1)
CatchUp = Callable[[], int]
Read = Callable[[str], str]
Prove = Callable[..., None]


@pytest.fixture
def prove(shop: APIClient, catch_up: CatchUp, code_for: Read) -> Prove:
    """Alice signs up, in a language, and passes checks by code."""

    def passes(*kinds: str, **changes: Any) -> None:
        if not Account.objects.exists():
            post(shop, "/v1/signups", alice(**changes))
        signup = Account.objects.get().signup.public_id
        for kind in kinds:
            post(shop, f"/v1/signups/{signup}/checks", {"kind": kind})
            catch_up()
            to = MAILBOX if kind == "email" else PHONE
            post(shop, f"/v1/signups/{signup}/checks/{kind}/answers", {"code": code_for(to)})

    return passes


def shown(**lives: int) -> None:
    """What an outside party saw of Alice: proofs that live for so many days."""
    account, now = Account.objects.get(), timezone.now()
    for kind, days in lives.items():
        Proof.objects.create(account=account, kind=kind, passed_at=now, lapses_at=now + days * DAY)
    redecide(account.pk, cause=Cause.CHECK, at=now)


def tier() -> str:
    return Account.objects.get().tier


def lapses(kind: str) -> datetime:
    return Proof.objects.get(kind=kind).lapses_at


def notices() -> list[tuple[str, str, str]]:
    return list(LapseNotice.objects.order_by("pk").values_list("kind", "tier", "after"))


def test_a_tier_is_told_of_within_the_notice_and_falls_after_the_grace(prove: Prove) -> None:
    prove("email", "phone")
    ends = lapses("phone")
    assert tell_due(ends - 15 * DAY) == 0
    assert tell_due(ends - 14 * DAY) == 1
    assert notices() == [("phone", "standard", "basic")]
    assert lapses("phone") == LapseNotice.objects.get().falls_at == ends + 7 * DAY
    assert lapse_due(ends) == []
    assert lapse_due(ends + 7 * DAY - timedelta(seconds=1)) == []
    assert tier() == "standard"
    assert len(lapse_due(ends + 7 * DAY)) == 1
    assert tier() == "basic"


def test_it_is_told_once_however_often_it_is_looked(prove: Prove, catch_up: CatchUp) -> None:
    prove("email", "phone")
    ends = lapses("phone")
    assert [tell_due(ends - 14 * DAY + hours * timedelta(hours=9)) for hours in range(30)] == [1] + [0] * 29
    catch_up()
    catch_up()
    assert len(notices()) == 1
    assert Event.objects.filter(type="account.tier_lapsing").count() == 1
    assert InboxMessage.objects.filter(key__startswith="lapse-").count() == 1


def test_the_event_says_what_to_pass_again_and_until_when(prove: Prove) -> None:
    prove("email", "phone")
    ends = lapses("phone")
    tell_due(ends - 14 * DAY)
    told = Event.objects.get(type="account.tier_lapsing").data
    assert told == {
        "account_id": "acct_alice",
        "notice_id": LapseNotice.objects.get().pk,
        "kind": "phone",
        "tier": "standard",
        "after": "basic",
        "falls_at": (ends + 7 * DAY).isoformat(),
    }


def test_who_passes_the_check_again_keeps_the_tier_and_hears_no_more(prove: Prove) -> None:
    prove("email", "phone")
    ends = lapses("phone")
    tell_due(ends - 14 * DAY)
    with time_machine.travel(ends - 3 * DAY):
        prove("phone")
    assert len(lapse_due(ends + 7 * DAY)) == 1
    assert tier() == "standard"
    assert tell_due(ends + 20 * DAY) == 0
    assert len(notices()) == 1


def test_a_proof_that_carries_no_tier_lapses_at_its_time_and_nobody_is_told(prove: Prove) -> None:
    prove("email", "phone")
    shown(passkey=40)
    ends = lapses("passkey")
    assert tell_due(ends - DAY) == 0
    assert len(lapse_due(ends)) == 1
    assert notices() == []


def test_of_two_that_can_each_carry_the_tier_only_the_last_is_told_of(prove: Prove) -> None:
    prove("email")
    shown(payment=100, document=200)
    assert tier() == "standard"
    tell_due(lapses("payment") - 10 * DAY)
    lapse_due(lapses("payment"))
    assert notices() == []
    assert tier() == "standard"
    tell_due(lapses("document") - 10 * DAY)
    assert notices() == [("document", "standard", "basic")]


def test_a_passkey_that_carries_the_tier_is_told_of_and_has_its_grace(prove: Prove) -> None:
    prove("email")
    shown(document=730, passkey=200)
    assert tier() == "trusted"
    ends = lapses("passkey")
    assert tell_due(ends - 14 * DAY) == 1
    assert notices() == [("passkey", "trusted", "standard")]
    assert lapse_due(ends) == []
    assert (len(lapse_due(ends + 7 * DAY)), tier()) == (1, "standard")


def test_where_nobody_looked_in_time_it_is_told_first_and_the_grace_runs_from_there(prove: Prove) -> None:
    """Beat was away for a month."""
    prove("email", "phone")
    late = lapses("phone") + 30 * DAY
    assert lapse_due(late) == []
    assert (tier(), notices()) == ("standard", [("phone", "standard", "basic")])
    assert lapse_due(late + 7 * DAY - timedelta(seconds=1)) == []
    lapse_due(late + 7 * DAY)
    assert tier() == "basic"


def test_risk_is_given_no_grace(prove: Prove, nora: User) -> None:
    prove("email", "phone")
    ends = lapses("phone")
    tell_due(ends - 14 * DAY)
    give_word(Account.objects.get().pk, word=Word.DENY, note="a farm", analyst=nora, at=ends - 13 * DAY)
    assert tier() == "blocked"


def test_without_grace_in_the_policy_a_tier_falls_when_its_proof_lapses(prove: Prove) -> None:
    document = dict(active().document)
    publish({**document, "movement": {"notice_days": 3, "grace_days": 0}})
    prove("email", "phone")
    ends = lapses("phone")
    assert tell_due(ends - 4 * DAY) == 0
    assert tell_due(ends - 3 * DAY) == 1
    assert len(lapse_due(ends)) == 1
    assert tier() == "basic"


def test_of_a_days_work_nobody_is_told_the_moment_it_is_done(prove: Prove) -> None:
    prove()
    shown(passkey=365, proof_of_work=1)
    ends = lapses("proof_of_work")
    assert tell_due(ends - timedelta(hours=7)) == 0
    assert tell_due(ends - timedelta(hours=6)) == 1
    assert LapseNotice.objects.get().falls_at == ends + timedelta(hours=6)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en-GB", "please confirm it again before"), ("de-AT,de;q=0.9", "bestätigen Sie es bitte vor dem")],
)
def test_the_person_is_told_in_their_language_by_mail(
    prove: Prove, catch_up: CatchUp, settings: Settings, language: str, words: str
) -> None:
    prove("email", "phone", accept_language=language)
    settings.PROVIDERS = {**settings.PROVIDERS, "email": "django"}
    ends = lapses("phone")
    with time_machine.travel(ends - 14 * DAY):
        assert tell_lapsing.apply().get(disable_sync_subtasks=False) == 1
        catch_up()
    (message,) = mail.outbox
    assert message.to == [MAILBOX]
    assert words in message.body.replace("\n", " ")
    assert str((ends + 7 * DAY).year) in message.body
    assert "standard" not in message.body
    assert message.extra_headers["Content-Language"] == language[:2]
    assert LapseNotice.objects.get().mailed_at is not None


def test_nothing_is_mailed_to_a_mailbox_that_nobody_has_proven_to_read(prove: Prove, catch_up: CatchUp) -> None:
    prove()
    shown(phone=180)
    ends = lapses("phone")
    assert tell_due(ends - 14 * DAY) == 1
    before = InboxMessage.objects.count()
    catch_up()
    assert InboxMessage.objects.count() == before
    assert LapseNotice.objects.get().mailed_at is None


def test_a_task_run_twice_mails_once(prove: Prove) -> None:
    prove("email", "phone")
    tell_due(lapses("phone") - 14 * DAY)
    for _ in range(2):
        tell_person.apply(args=(LapseNotice.objects.get().pk,)).get(disable_sync_subtasks=False)
    assert InboxMessage.objects.filter(key__startswith="lapse-").count() == 1


def test_beat_tells_and_lets_lapse(prove: Prove) -> None:
    prove("email", "phone")
    ends = lapses("phone")
    with time_machine.travel(ends + 30 * DAY):
        assert lapse_proofs.apply().get(disable_sync_subtasks=False) == 0
    with time_machine.travel(ends + 38 * DAY):
        assert lapse_proofs.apply().get(disable_sync_subtasks=False) == 1
