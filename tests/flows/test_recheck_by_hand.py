"""Somebody asks that an account be looked at again: over HTTP, on the command line, in the console."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from config.lib.models import AuditEntry
from risk.half_lives import Evidence
from risk.models import Assessment
from tests.conftest import client_with, post
from tests.flows.test_rechecking import VOIP, decided_since, last_assessment, reasons_of, rows, run, sign_up
from tests.verification.console.desk import desk_of, page, text, user_of
from verification import ageing
from verification.models import Signup
from verification.providers.offline_lookups import LINES
from verification.tasks import ask_again

CatchUp = Callable[[], int]
AGAIN = "/v1/accounts/one/rechecks"


@pytest.fixture
def one(shop: APIClient, catch_up: CatchUp) -> None:
    """An account of a tier whose numbers are asked of nobody again for age."""
    sign_up(shop, "one", phone="+14155552671")
    catch_up()


def test_what_is_here_is_looked_at_at_once_and_outside_parties_are_asked_whatever_the_tier(
    shop: APIClient, one: None, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.shift(timedelta(days=60))  # no answer is fresh
    before = last_assessment()
    monkeypatch.setitem(LINES, "2671", VOIP)
    answer = post(shop, AGAIN, {})
    assert answer.status_code == 202
    told = answer.json()
    assert (told["looked"], told["asked"]) == (["mailbox", "network"], ["mail_domain", "phone_line"])
    assert (told["decided"], told["tier"], told["warnings"]) == (False, "trial", [])
    assert decided_since(before) == []
    assert rows("one")["phone_line"].asked
    run(ask_again)
    assert decided_since(before) == [("one", "recheck")]
    assert "phone_changed_line" in reasons_of("one")
    assert not rows("one")["phone_line"].asked
    assert AuditEntry.objects.get(act="account.recheck").details == {
        "evidence": ["mail_domain", "mailbox", "network", "phone_line"]
    }


def test_some_kinds_can_be_named_and_what_nobody_knows_is_refused_or_warned_of(shop: APIClient, one: None) -> None:
    told = post(shop, AGAIN, {"evidence": ["network", "device"], "why": "x"}).json()
    assert (told["looked"], told["asked"]) == (["network"], [])  # it showed no device
    assert told["warnings"] == ["unknown field: why"]
    assert post(shop, AGAIN, {"evidence": ["quiet"]}).status_code == 400
    assert post(shop, AGAIN, {"evidence": []}).status_code == 400


def test_the_same_call_again_is_one_look(shop: APIClient, one: None) -> None:
    first, second = (post(shop, AGAIN, {}, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.json() == second.json()
    assert AuditEntry.objects.filter(act="account.recheck").count() == 1


def test_who_may_not_and_an_unknown_id_learn_nothing(
    shop: APIClient, one: None, client_of: Callable[..., APIClient]
) -> None:
    assert post(client_of("signups:read"), AGAIN, {}).status_code == 403
    unknown = post(shop, "/v1/accounts/nobody/rechecks", {})
    _, test_key = issue(KeyOrder(KeyKind.SECRET, ("accounts:write",), "shop", "tests", Mode.TEST))
    foreign = post(client_with(test_key), AGAIN, {})
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert unknown.json()["code"] == foreign.json()["code"]


def test_the_command_looks_at_accounts_tells_what_is_due_and_takes_on(
    shop: APIClient, one: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("recheck", "one", "--evidence", "network", "--by", "lena")
    assert "one: as it was, " in capsys.readouterr().out
    assert AuditEntry.objects.get(act="account.recheck").actor == "lena"
    with pytest.raises(CommandError, match="no account nobody"):
        call_command("recheck", "nobody")
    ageing.ask_for(Signup.objects.get().account_id, [Evidence.PHONE_LINE], at=timezone.now())
    call_command("recheck")
    said = capsys.readouterr().out
    assert "phone line" in said
    assert "1 accounts are not taken on yet" in said
    monkeypatch.setattr(ageing, "SETTLED", timedelta())
    call_command("recheck", "--take-on")
    assert ageing.to_take_on() == 0
    call_command("recheck", "--take-on")
    assert "Every account is taken on." in capsys.readouterr().out


def test_the_page_of_a_signup_says_when_and_an_analyst_has_it_looked_at(shop: APIClient, one: None) -> None:
    signup = Signup.objects.get()
    analyst, viewer = (desk_of(user_of(name, group)) for name, group in (("ana", "Analyst"), ("vic", "Viewer")))
    seen = text(analyst.get(page(signup)))
    assert "Look again now" in seen
    assert "phone line" in seen
    assert "Look again now" not in text(viewer.get(page(signup)))
    address = reverse("admin:verification_signup_look", args=[signup.pk])
    assert viewer.post(address).status_code == 403
    assert analyst.post(address).status_code == 302
    seen = text(analyst.get(page(signup)))
    assert "Nothing has changed here" in seen
    assert "Asked outside: mail domain, phone line." in seen
    assert "asked for" in seen
    assert Assessment.objects.count() == 3  # the signup and two answers
