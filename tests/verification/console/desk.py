"""The people at the console and what they do there: open a page, read it, press a button."""

import re
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from risk.models import Assessment
from tests.cast import alice
from tests.conftest import post
from verification.models import Signup

PASSWORD = "correct horse battery"
RAW = ("alice.archer", "Archer", "4155552671", "155552671", "72.224.214.33", "xk29fj3q8z")
LIST = "/console/verification/signup/"
QUEUE = "/console/verification/case/"
LIST_QUERIES = 6  # session, user, two for what the user may do, the list, the badge of open cases
TABLES = (
    "verification/signup",
    "verification/case",
    "verification/event",
    "verification/inboxmessage",
    "verification/message",
    "verification/backtestrun",
    "verification/policyrun",
    "verification/probing",
    "verification/retentionwalk",
    "verification/webhookendpoint",
    "risk/ring",
    "risk/storedpolicy",
    "risk/label",
    "risk/listentry",
    "lib/deadletter",
    "lib/auditentry",
    "lib/apikey",
)


def user_of(name: str, group: str | None) -> User:
    """Somebody who may sign in, and belongs to a group."""
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def desk_of(user: User) -> Client:
    """Their browser, signed in."""
    client = Client()
    client.force_login(user)
    return client


def page(signup: Signup) -> str:
    """The address of a signup's page."""
    return f"{LIST}{signup.pk}/change/"


def text(response: Any) -> str:
    """What a page says, as it is written."""
    said: str = response.content.decode()
    return said


def shown(response: Any) -> list[str]:
    """The account ids of a list, in its order."""
    return re.findall(r'<a href="[^"]*/change/[^"]*" class="[^"]*"\s*>([^<]+)</a>', text(response))


def signed_up(shop: APIClient, **changes: Any) -> Signup:
    """Alice's signup, with changes, through the front door."""
    answer = post(shop, "/v1/signups", alice(**changes))
    assert answer.status_code == 201, answer.content
    return Signup.objects.get(public_id=answer.json()["id"])


def say(client: Client, signup: Signup, act: str, note: str = "seen it", **changes: Any) -> Any:
    """Press a button on a signup's page."""
    latest = Assessment.objects.filter(subject=signup.account_id).latest("id")
    body = {"act": act, "note": note, "seen": latest.pk, **changes}
    return client.post(reverse("admin:verification_signup_word", args=[signup.pk]), body)


def count_queries(client: Client, address: str) -> int:
    """How many queries a page takes."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
