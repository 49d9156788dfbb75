"""A person appeals by the link in the answer, somebody else looks again, and the person is told."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from config.lib.models import AuditEntry
from risk.facts import Word
from tests.cast import alice, bob
from tests.conftest import client_with, post
from tests.operator import ring_of
from tests.verification.console.desk import desk_of, page, say, text, user_of
from tiers.models import Account
from verification.appeal_models import Appeal
from verification.appeals import NotYours, answered_by, decided_before
from verification.containment import dismiss
from verification.models import Case, Event, InboxMessage, Signup
from verification.review import give_word

pytestmark = pytest.mark.django_db

GERMAN = {"Accept-Language": "de-DE,de;q=0.9"}


@pytest.fixture
def refused(shop: APIClient) -> dict[str, Any]:
    """Bob's answer: he is refused."""
    answer: dict[str, Any] = post(shop, "/v1/signups", bob()).json()
    assert answer["outcome"] == "deny"
    return answer


@pytest.fixture
def link(refused: dict[str, Any]) -> str:
    """Where Bob appeals, as a path."""
    return str(refused["appeal_url"]).removeprefix(settings.GATEHOUSE_URL)


@pytest.fixture
def person() -> Client:
    """Bob's browser."""
    return Client()


def appeal(person: Client, link: str, words: str = "That was my own test.") -> Any:
    return person.post(f"{link}texts", {"text": words})


def desk(name: str) -> Client:
    return desk_of(user_of(name, "Analyst"))


def test_who_is_stopped_gets_a_link_and_who_is_open_needs_none(shop: APIClient, refused: dict[str, Any]) -> None:
    assert refused["appeal_url"].startswith(f"{settings.GATEHOUSE_URL}/appeal/")
    assert shop.get(f"/v1/signups/{refused['id']}").json()["appeal_url"] == refused["appeal_url"]
    assert post(shop, "/v1/signups", alice()).json()["appeal_url"] is None


def test_the_page_tells_the_state_and_takes_an_appeal_with_a_clock(person: Client, link: str) -> None:
    seen = text(person.get(link))
    assert "We could not open your account" in seen
    assert "Ask for a second look" in seen
    assert appeal(person, link)["Location"] == f"{link}?said=opened"
    seen = text(person.get(link))
    assert "You get an answer by" in seen
    assert "That was my own test." in seen
    made = Appeal.objects.get()
    assert made.due_at - made.opened_at == timedelta(hours=settings.APPEAL_HOURS)
    assert "browser_tool" in made.against
    assert Case.objects.get(kind="appeal", closed_at=None).account_id == made.account_id
    assert {event.type for event in Event.objects.filter(type__startswith="appeal.")} == {"appeal.opened"}


def test_the_page_tells_nothing_of_the_person_or_of_why(person: Client, link: str) -> None:
    answer = person.get(link)
    for told in ("xk29", "mailinator", "acct_bob", "Bob", "browser_tool", "deny"):
        assert told not in text(answer)
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert not re.findall(r"<style|<script|\sstyle=|\son[a-z]+=", text(answer))


def test_a_german_reads_german(person: Client, link: str) -> None:
    seen = text(person.get(link, headers=GERMAN))
    assert 'lang="de"' in seen
    assert "Um eine zweite Prüfung bitten" in seen


def test_a_link_that_was_not_made_here_leads_nowhere(person: Client, link: str) -> None:
    token = link.rstrip("/").rpartition("/")[2]
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    assert person.get(f"/appeal/{forged}/").status_code == 404
    assert person.post(f"/appeal/{forged}/texts", {"text": "x"}).status_code == 404
    Signup.objects.all().delete()
    assert person.get(link).status_code == 404


def test_forms_need_their_token(link: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert appeal(strict, link).status_code == 403
    assert not Appeal.objects.exists()


def test_more_can_be_said_up_to_a_bound_and_one_appeal_is_open_at_a_time(
    shop: APIClient, person: Client, link: str
) -> None:
    for place in range(6):
        appeal(person, link, f"text {place}")
    assert [each["text"] for each in Appeal.objects.get().said] == [f"text {place}" for place in range(5)]
    assert appeal(person, link, " ")["Location"].endswith("said=empty")
    assert "as much from you" in text(person.get(f"{link}?said=enough"))
    again = post(shop, "/v1/accounts/acct_bob/appeals", {})
    assert (again.status_code, again.json()["code"]) == (409, "appeal_refused")


def test_what_the_person_wrote_is_encrypted_and_only_the_analyst_reads_it(person: Client, link: str) -> None:
    appeal(person, link, "secretive words")
    assert "secretive" not in str(list(Event.objects.values()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM verification_appeal")
        assert b"secretive" not in bytes(cursor.fetchone()[0])
    assert "secretive words" in text(desk("nina").get(page(Signup.objects.get())))


def test_an_appeal_is_not_answered_by_who_decided_before(person: Client, link: str) -> None:
    signup, nora, nina = Signup.objects.get(), desk("nora"), desk("nina")
    say(nora, signup, "deny", note="a script")
    appeal(person, link)
    seen = text(nora.get(page(signup)))
    assert "for somebody else to answer" in seen
    assert 'name="note"' not in seen.partition('id="gh-act"')[2].partition("</section>")[0]
    refused = say(nora, signup, "approve", note="well")
    assert refused.status_code == 422
    assert say(nora, signup, "uphold", note="well").status_code == 422
    assert Appeal.objects.get().answered_at is None
    assert say(nina, signup, "approve", note="it was his own test").status_code == 302
    assert Appeal.objects.get().result == "overturned"


def test_who_acted_on_the_ring_decided_before_too(person: Client, link: str, nora: User) -> None:
    signup = Signup.objects.select_related("account").get()
    ring = ring_of([signup.account])
    dismiss(ring.pk, by=f"user:{nora.pk}", note="strangers", at=timezone.now())
    appeal(person, link)
    assert decided_before(signup.account) == {nora.pk}
    with pytest.raises(NotYours):
        answered_by(signup.account, Word.DENY, analyst=nora, at=timezone.now())


def test_an_overturned_appeal_opens_the_account_and_is_told(
    shop: APIClient, person: Client, link: str, catch_up: Callable[[], int]
) -> None:
    signup, nina = Signup.objects.get(), desk("nina")
    appeal(person, link)
    say(nina, signup, "approve", note="his own test")
    assert shop.get(f"/v1/signups/{signup.public_id}").json()["outcome"] == "allow"
    assert "We looked again and decided for you" in text(person.get(link))
    (told,) = [event.data for event in Event.objects.filter(type="appeal.answered")]
    assert (told["account_id"], told["result"]) == ("acct_bob", "overturned")
    assert not Case.objects.filter(closed_at=None).exists()
    catch_up()
    assert not InboxMessage.objects.exists()  # nobody has proven to read that mailbox


def test_an_upheld_appeal_changes_nothing_is_kept_and_told(
    shop: APIClient, person: Client, link: str, clock: time_machine.Traveller
) -> None:
    signup, nina = Signup.objects.get(), desk("nina")
    appeal(person, link)
    before = Account.objects.values().get()
    assert "Let it stand" in text(nina.get(page(signup)))
    assert say(nina, signup, "uphold", note="clearly a script").status_code == 302
    assert Account.objects.values().get() == before
    assert Appeal.objects.get().note == "clearly a script"
    assert AuditEntry.objects.get().act == "appeal.uphold"
    assert "what was decided stands" in text(person.get(link))
    assert say(nina, signup, "uphold", note="again").status_code == 422
    assert appeal(person, link)["Location"].endswith("said=refused")
    (listed,) = shop.get("/v1/accounts/acct_bob/appeals").json()["items"]
    assert listed["state"] == "upheld"
    clock.shift(timedelta(days=31))
    assert appeal(person, link)["Location"].endswith("said=opened")


def test_the_result_is_mailed_in_the_persons_language_where_they_read_the_mailbox(
    shop: APIClient, person: Client, catch_up: Callable[[], int], code_for: Callable[[str], str]
) -> None:
    answer = post(shop, "/v1/signups", alice(accept_language="de-DE")).json()
    post(shop, f"/v1/signups/{answer['id']}/checks", {"kind": "email"})
    catch_up()
    code = code_for(alice()["email"])
    post(shop, f"/v1/signups/{answer['id']}/checks/email/answers", {"code": code})
    signup = Signup.objects.get()
    say(desk("nora"), signup, "deny", note="x")
    post(shop, "/v1/accounts/acct_alice/appeals", {"text": "Bitte"})
    say(desk("nina"), signup, "approve", note="y")
    catch_up()
    catch_up()
    mails = [row.message for row in InboxMessage.objects.order_by("pk")]
    assert [mail["subject"] for mail in mails[1:]] == ["Wir haben noch einmal hingesehen"]
    assert "zu Ihren Gunsten" in mails[1]["text"]


def test_a_check_passed_on_the_page_counts_at_once_and_can_settle_the_appeal(
    shop: APIClient, person: Client, catch_up: Callable[[], int], code_for: Callable[[str], str]
) -> None:
    form = {"duration_ms": 300, "keystrokes": 0, "pastes": 0, "pointer_events": 0}
    answer = post(shop, "/v1/signups", alice(form=form, device=None, phone="+1415555")).json()
    assert answer["outcome"] == "challenge"
    link = str(answer["appeal_url"]).removeprefix(settings.GATEHOUSE_URL)
    appeal(person, link)
    assert person.post(f"{link}checks", {"kind": "email"})["Location"].endswith("said=asked")
    catch_up()
    assert person.post(f"{link}answers", {"kind": "email", "code": "000000"})["Location"].endswith("said=wrong")
    entered = person.post(f"{link}answers", {"kind": "email", "code": code_for(alice()["email"])})
    assert entered["Location"].endswith("said=passed")
    assert (Account.objects.get().outcome, Appeal.objects.get().result) == ("allow", "resolved")
    assert "This has been settled" in text(person.get(link))
    assert person.post(f"{link}checks", {"kind": "document"}).status_code == 404


def test_an_appeal_is_settled_when_the_account_is_cleared_meanwhile(
    shop: APIClient, person: Client, nora: User
) -> None:
    post(shop, "/v1/signups", alice())
    account = Account.objects.get()
    give_word(account.pk, word=Word.HOLD, note="x", analyst=nora, at=timezone.now())
    post(shop, "/v1/accounts/acct_alice/appeals", {})
    assert set(Case.objects.filter(closed_at=None).values_list("kind", flat=True)) == {"signup", "appeal"}
    say(desk_of(nora), Signup.objects.get(), "withdraw", note="mine was wrong")
    assert Appeal.objects.get().result == "resolved"
    assert not Case.objects.filter(closed_at=None).exists()


def test_a_product_hands_appeals_in_with_the_right_scope(
    shop: APIClient, client_of: Callable[..., APIClient], refused: dict[str, Any]
) -> None:
    assert post(client_of("signups:read"), "/v1/accounts/acct_bob/appeals", {}).status_code == 403
    assert client_of("accounts:write").get("/v1/accounts/acct_bob/appeals").status_code == 403
    made = post(shop, "/v1/accounts/acct_bob/appeals", {"text": "please", "txt": 1}, **{"Idempotency-Key": "a"})
    assert (made.status_code, made.json()["state"]) == (201, "open")
    assert made.json()["warnings"]
    assert post(shop, "/v1/accounts/acct_nobody/appeals", {}).status_code == 404
    post(shop, "/v1/signups", alice())
    assert "nothing to appeal" in post(shop, "/v1/accounts/acct_alice/appeals", {}).json()["detail"]


def test_how_often_a_reason_is_overturned_is_in_the_friction_report(
    shop: APIClient, refused: dict[str, Any], person: Client, link: str
) -> None:
    signup, nina = Signup.objects.get(), desk("nina")
    appeal(person, link)
    say(nina, signup, "approve", note="his own test")
    post(shop, "/v1/signups", bob(account_id="acct_rob", email="qq83hd72@mailinator.com"))
    post(shop, "/v1/accounts/acct_rob/appeals", {})
    say(nina, Signup.objects.get(account__account_id="acct_rob"), "uphold", note="a script")
    told = shop.get("/v1/reports/friction").json()["appeals"]
    assert (told[0]["reason"], told[0]["number"], told[0]["of"]) == (None, 1, 2)
    of_tool = next(each for each in told if each["reason"] == "browser_tool")
    assert (of_tool["number"], of_tool["of"], of_tool["share"]) == (1, 2, 0.5)
    assert "browser_tool" in text(nina.get("/console/verification/frictiontally/report/"))


def test_a_test_key_sees_its_own_appeals_alone(shop: APIClient, refused: dict[str, Any]) -> None:
    order = KeyOrder(KeyKind.SECRET, ("signups:write", "signups:read", "accounts:write"), "shop", "tests", Mode.TEST)
    tester = client_with(issue(order)[1])
    assert tester.get("/v1/accounts/acct_bob/appeals").status_code == 404
    post(tester, "/v1/signups", alice(email="deny@gatehouse.test"))
    assert post(tester, "/v1/accounts/acct_alice/appeals", {}).status_code == 201
