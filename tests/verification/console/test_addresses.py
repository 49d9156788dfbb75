"""Every address of the console, role by role: who sees it, who is turned away, and none that anybody sees unasked."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from risk.models import Ring
from tests.verification.console.desk import desk_of, user_of
from verification.models import Signup

ROLES = ("Viewer", "Analyst", "Lead", "Admin")
FOR_ALL = {"login", "logout", "jsi18n", "password_change", "password_change_done", "second-factor"}
# What each of an act's addresses asks for: the least role. Whatever is not here and answers a POST is a page.
LEAST = {
    **dict.fromkeys(
        [
            *("verification_signup_word", "verification_signup_tier", "verification_signup_look"),
            *("verification_signup_list", "verification_signup_unmask", "verification_signup_note"),
            *("verification_signup_check", "verification_case_next", "verification_case_claim"),
            *(
                "verification_signup_edit_note",
                "verification_case_let_go",
                "risk_ring_act",
                "risk_ring_proposal",
                "risk_ring_choose",
            ),
        ],
        "Analyst",
    ),
    **dict.fromkeys(
        [
            *(
                "verification_case_assign",
                "verification_signup_golden",
                "verification_golden_end",
                "verification_golden_changelist",
            ),
            *("risk_storedpolicy_move", "risk_storedpolicy_roll_back", "risk_storedpolicy_check"),
            "risk_storedpolicy_draft",
        ],
        "Lead",
    ),
    **dict.fromkeys(["auth_user_changelist", "auth_user_add", "auth_group_changelist"], "Admin"),
}


def addresses() -> dict[str, str]:
    """The routes of the console by their names."""
    found: dict[str, str] = {}

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, route)
            elif pattern.name:
                found[pattern.name] = "/" + route

    console = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "admin")
    assert isinstance(console, URLResolver)
    walk(console.url_patterns, "console/")
    return found


def concrete(route: str, signup: Signup, ring: Ring) -> str:
    """An address of a route, of things that are there."""
    of_ring = "/risk/ring/" in route
    plain = re.sub(r"<path:object_id>|<int:pk>", str(ring.pk if of_ring else signup.pk), route)
    plain = re.sub(r"<int:\w+>", "1", plain)
    plain = plain.replace("<path:content_type_id>", "1").replace("<id>", "1").replace("<str:name>", "signups")
    return re.sub(r"\(\?P<url>.*\)\$|<[^>]+>", "x", plain).replace("^", "")


@pytest.fixture
def desks(db: None) -> dict[str, Client]:
    """A browser of each role."""
    return {role: desk_of(user_of(role.lower(), role)) for role in ROLES}


def test_nobody_sees_anything_without_signing_in_and_a_user_without_a_role_sees_nothing(
    full_house: Signup, client: Client
) -> None:
    stranger = desk_of(user_of("mallory", None))
    for name, route in addresses().items():
        if name in FOR_ALL or name in {"index", "search", "autocomplete", "view_on_site", "app_list"}:
            continue
        address = concrete(route, full_house, Ring.objects.get())
        for method in ("get", "post"):
            answer = getattr(client, method)(address)
            assert answer.status_code in {302, 404, 405}, (name, method, answer.status_code)
            assert answer.status_code != 302 or "/login/" in answer["Location"], (name, answer["Location"])
            turned_away = getattr(stranger, method)(address)
            assert turned_away.status_code in {302, 403, 404, 405}, (name, method, turned_away.status_code)
            assert turned_away.status_code != 302 or "/change/" not in turned_away["Location"]


def test_each_role_reaches_its_acts_and_no_higher_one(full_house: Signup, desks: dict[str, Client]) -> None:
    ring = Ring.objects.get()
    for name, least in LEAST.items():
        address = concrete(addresses()[name], full_house, ring)
        for role, desk in desks.items():
            method = "get" if name.endswith(("changelist", "_add", "_draft")) else "post"
            status = getattr(desk, method)(address).status_code
            allowed = ROLES.index(role) >= ROLES.index(least)
            assert (status != 403) is allowed, (name, role, status)
            assert status < 500, (name, role, status)


def test_every_page_opens_for_everybody_who_may_look(full_house: Signup, desks: dict[str, Client]) -> None:
    ring, opened = Ring.objects.get(), 0
    for name, route in addresses().items():
        if not name.endswith("_changelist") and name != "verification_frictiontally_report":
            continue
        for role, desk in desks.items():
            least = LEAST.get(name, "Viewer")
            allowed = ROLES.index(role) >= ROLES.index(least)
            assert desk.get(concrete(route, full_house, ring)).status_code == (200 if allowed else 403), (name, role)
            opened += allowed
    assert opened > 4 * 15


def test_every_table_of_the_console_is_walked() -> None:
    tables = {f"{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry}
    assert tables <= set(addresses())
