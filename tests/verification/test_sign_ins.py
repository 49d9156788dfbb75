"""What the audit log tells of sign-ins, and what it never tells."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from config.lib import audit
from config.lib.models import AuditEntry
from tests.verification.console.desk import PASSWORD, desk_of, text, user_of
from tests.verification.console.test_second_factor import code_of, enrol

LOGIN = "/console/login/"


def tried(name: str, password: str, address: str = "198.51.100.7") -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post(LOGIN, {"username": name, "password": password})
    return client


def entries() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("seq").values_list("actor", "act", "subject"))


def everything() -> str:
    return " ".join(" ".join(map(str, row)) for row in AuditEntry.objects.values_list("subject", "details_json"))


def test_each_sign_in_and_sign_out_is_an_entry(nora: User) -> None:
    client = tried("nora", PASSWORD)
    client.post(reverse("admin:logout"))
    me = f"user:{nora.pk}"
    assert entries() == [(me, "user.sign_in", me), (me, "user.sign_out", me)]
    assert AuditEntry.objects.get(act="user.sign_in").details["by"] == "password"
    assert audit.verify() == []


def test_a_failed_one_is_an_entry_of_whose_account_it_is_and_by_a_stranger(nora: User) -> None:
    tried("nora", "a guess")
    assert entries() == [("stranger", "user.sign_in_failed", f"user:{nora.pk}")]
    assert "a guess" not in everything()


def test_a_name_that_nobody_has_stands_there_as_a_keyed_hash_the_same_each_time(db: None) -> None:
    for name in ("hunter2-typed-as-name", "hunter2-typed-as-name", "another"):
        tried(name, "x")
    subjects = [subject for _, _, subject in entries()]
    assert subjects[0] == subjects[1] != subjects[2]
    assert all(subject.startswith("name:") for subject in subjects)
    assert "hunter2" not in everything()


def test_where_it_came_from_is_comparable_and_no_address(nora: User) -> None:
    for address in ("198.51.100.7", "198.51.100.7", "203.0.113.9"):
        tried("nora", "x", address)
    one, same, other = (entry.details["from"] for entry in AuditEntry.objects.order_by("seq"))
    assert one == same != other
    assert "198.51" not in everything()


def test_a_lock_out_is_one_entry_and_what_is_tried_meanwhile_one_each(nora: User) -> None:
    for _ in range(7):
        tried("nora", "x")
    acts = [act for _, act, _ in entries()]
    assert acts == ["user.sign_in_failed"] * 5 + ["user.locked_out"] + ["user.sign_in_failed"] * 2
    assert audit.verify() == []


def test_second_factors_taken_up_shown_and_failed_are_entries_without_their_codes(nora: User) -> None:
    codes = enrol(desk_of(nora), nora)
    client = tried("nora", PASSWORD)
    wrong = "918273"
    client.post("/console/second-factor/", {"token": wrong})
    acts = [act for _, act, _ in entries()]
    assert acts == ["user.second_factor", "user.codes", "user.sign_in", "user.sign_in_failed"]
    assert AuditEntry.objects.latest("seq").details["by"] == "code"
    for secret in (*codes, wrong, code_of(nora), PASSWORD):
        assert secret not in everything()


def test_a_password_that_is_changed_is_an_entry(nora: User, admin_user: User) -> None:
    desk = desk_of(nora)
    new = {"new_password1": "staple battery horse", "new_password2": "staple battery horse"}
    assert desk.post(reverse("admin:password_change"), {"old_password": PASSWORD, **new}).status_code == 302
    other = {"password1": "an other secret 9", "password2": "an other secret 9", "usable_password": "true"}
    changed = desk_of(admin_user).post(f"/console/auth/user/{nora.pk}/password/", other)
    assert changed.status_code == 302
    me = f"user:{nora.pk}"
    assert entries() == [(me, "user.password", me), (f"user:{admin_user.pk}", "user.password", me)]
    assert "staple" not in everything()


def test_the_page_of_a_person_shows_what_was_tried(nora: User) -> None:
    tried("nora", "x")
    ada = desk_of(user_of("ada", "Admin"))
    page = text(ada.get(f"/console/auth/user/{nora.pk}/change/"))
    assert "user.sign_in_failed" in page
    assert "stranger" in page


def test_who_asked_for_the_sign_in_itself_comes_to_the_first_page(nora: User) -> None:
    assert Client().post(LOGIN, {"username": "nora", "password": PASSWORD})["Location"] == "/console/"


@pytest.mark.parametrize("name", ["nora\x00", "", "ñora" * 40])
def test_odd_names_are_no_error(nora: User, name: str) -> None:
    assert Client().post(LOGIN, {"username": name, "password": "x"}).status_code == 200
