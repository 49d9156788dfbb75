"""Who can sign in is a superuser's to see and to say."""

from django.contrib.auth.models import Group
from django.test import Client

from tests.verification.console.desk import text


def test_only_a_superuser_sees_who_can_sign_in(desk: Client, root: Client) -> None:
    assert desk.get("/console/auth/user/").status_code == 403
    assert root.get("/console/auth/user/").status_code == 200
    assert root.get("/console/auth/user/add/").status_code == 200
    group = Group.objects.get(name="Analyst")
    assert root.get(f"/console/auth/group/{group.pk}/change/").status_code == 200
    assert "/console/auth/user/" not in text(desk.get("/console/"))
