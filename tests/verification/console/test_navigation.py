"""The menu at the side: what somebody may look at, and how many cases wait."""

import re

from django.apps import apps
from django.test import Client
from django.utils.text import capfirst
from rest_framework.test import APIClient

from tests.verification.console.desk import TABLES, desk_of, say, signed_up, text, user_of
from verification.console.navigation import MENU

# Lists that the menu calls by a shorter name.
SHORTER = {"Lists": "List entries", "Webhooks": "Webhook endpoints"}


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


def test_the_menu_and_the_lists_have_the_same_names() -> None:
    lists = {title: model for entries in MENU.values() for title, _, model in entries if "/" not in model}
    named = {title: capfirst(str(apps.get_model(model)._meta.verbose_name_plural)) for title, model in lists.items()}
    assert named == {title: SHORTER.get(title, title) for title in lists}
