"""An analyst asks for a check, and leaves notes."""

from collections.abc import Callable

from django.test import Client
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from tests.verification.console.desk import LIST, page, signed_up, text
from tiers.models import Account
from verification.desk_models import AccountNote
from verification.models import Check, InboxMessage


def test_a_check_is_asked_for_and_its_code_goes_out(
    shop: APIClient, desk: Client, victor: Client, catch_up: Callable[[], int]
) -> None:
    signup = signed_up(shop)
    assert "Asked for email" in text(desk.post(f"{LIST}{signup.pk}/check/", {"kind": "email"}, follow=True))
    catch_up()
    assert InboxMessage.objects.get().message["to"] == "alice.archer@gmail.com"
    assert AuditEntry.objects.get().act == "account.ask_check"
    assert desk.post(f"{LIST}{signup.pk}/check/", {"kind": "blood"}).status_code == 404
    assert victor.post(f"{LIST}{signup.pk}/check/", {"kind": "email"}).status_code == 403
    for _ in range(3):
        answer = desk.post(f"{LIST}{signup.pk}/check/", {"kind": "email"}, follow=True)
    assert "Too many checks" in text(answer)
    assert Check.objects.count() == 3


def test_a_note_is_kept_with_its_author_and_decides_nothing(shop: APIClient, desk: Client, victor: Client) -> None:
    signup = signed_up(shop)
    before = Account.objects.values().get()
    desk.post(f"{LIST}{signup.pk}/note/", {"text": "Asked sales; they know the company."})
    assert "they know the company" in text(victor.get(page(signup)))
    assert AccountNote.objects.get().by.get_username() == "nora"
    assert AuditEntry.objects.get().act == "account.note"
    assert Account.objects.values().get() == before
    assert "Write something first" in text(desk.post(f"{LIST}{signup.pk}/note/", {"text": " "}, follow=True))
    assert victor.post(f"{LIST}{signup.pk}/note/", {"text": "x"}).status_code == 403
