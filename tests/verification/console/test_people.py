"""Who can sign in is a superuser's to see and to say."""

from django.contrib.auth.models import Group, User
from django.test import Client

from config.lib.models import AuditEntry
from tests.verification.console.desk import desk_of, text, user_of


def test_only_a_superuser_sees_who_can_sign_in(desk: Client, root: Client) -> None:
    assert desk.get("/console/auth/user/").status_code == 403
    assert root.get("/console/auth/user/").status_code == 200
    assert root.get("/console/auth/user/add/").status_code == 200
    group = Group.objects.get(name="Analyst")
    assert root.get(f"/console/auth/group/{group.pk}/change/").status_code == 200
    assert "/console/auth/user/" not in text(desk.get("/console/"))


def test_an_admin_gives_roles_and_makes_nobody_a_superuser(root: Client) -> None:
    ada = desk_of(user_of("ada", "Admin"))
    nina = user_of("nina", None)
    form = {"username": "nina", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    form |= {"groups": str(Group.objects.get(name="Analyst").pk)}
    form |= {"date_joined_0": "2026-01-01", "date_joined_1": "10:00"}
    assert ada.post(f"/console/auth/user/{nina.pk}/change/", form).status_code == 302
    nina.refresh_from_db()
    assert (nina.is_superuser, nina.groups.get().name) == (False, "Analyst")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject) == ("user.change", f"user:{nina.pk}")
    superuser = User.objects.get(is_superuser=True)
    above = f"/console/auth/user/{superuser.pk}/"
    assert ada.post(f"{above}change/", {**form, "username": "mine"}).status_code == 403
    assert ada.post(f"{above}password/", {"password1": "x", "password2": "x"}).status_code == 403
    assert ada.post(f"/console/auth/user/{nina.pk}/delete/", {"post": "yes"}).status_code == 403
