"""The menu at the side: what somebody may look at, and how many cases wait."""

import re

from django.test import Client
from rest_framework.test import APIClient

from tests.verification.console.desk import TABLES, desk_of, say, signed_up, text, user_of


def linked(client: Client) -> set[str]:
    """The tables that the menu leads to."""
    menu = text(client.get("/console/")).partition('id="nav-sidebar-apps"')[2].partition("</nav>")[0]
    return set(re.findall(r'href="/console/([a-z]+/[a-z]+)/"', menu))


def test_the_menu_leads_to_what_each_may_look_at(victor: Client, desk: Client, root: Client) -> None:
    assert linked(victor) == linked(desk) == set(TABLES)
    assert linked(root) == {*TABLES, "auth/user", "auth/group", "verification/golden"}
    assert linked(desk_of(user_of("mallory", None))) == set()


def test_the_menu_says_how_many_cases_wait(shop: APIClient, desk: Client) -> None:
    badge = re.compile(r"bg-orange-100[^>]*>\s*(\d+\+?)\s*</span>")
    say(desk, signed_up(shop), "hold")
    assert badge.findall(text(desk.get("/console/lib/apikey/"))) == ["1"]
