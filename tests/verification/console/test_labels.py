"""Labels in the console, and the page that holds scores against them."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from tests.conftest import post
from tests.verification.console.desk import LIST_QUERIES, count_queries, desk_of, say, signed_up, text, user_of
from verification.console import labels

AUGUST = "2026-08-03T01:00:00Z"
PAGE = "/console/risk/label/calibration/"


@pytest.fixture
def history(shop: APIClient) -> None:
    """Two accounts of August, one of them abusive."""
    for name in ("a", "b"):
        signed_up(shop, account_id=name, created_at=AUGUST, email=f"{name}@example.org", device=None)
    post(shop, "/v1/accounts/a/reports", {"kind": "abuse", "reference": "r"})


def test_the_list_shows_who_was_said_to_be_what(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    say(desk, signup, "deny")
    say(desk, signup, "withdraw")
    page = text(desk.get("/console/risk/label/"))
    assert page.count("acct_alice") >= 2
    assert "analyst deny" in page
    assert "taken back" in page
    assert count_queries(desk, "/console/risk/label/") == LIST_QUERIES


def test_the_page_has_the_figures_the_curve_and_the_bins(history: None, victor: Client) -> None:
    response = victor.get(PAGE)
    page = text(response)
    assert response.context["calibration"].n == 2
    assert "2 people, 1 of them abusive" in page
    assert page.count('class="gh-cal-dot"') == len(response.context["lines"])
    assert not re.findall(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", page)


def test_the_menu_leads_there(victor: Client) -> None:
    assert f'href="{PAGE}"' in text(victor.get("/console/"))
    assert reverse("admin:risk_label_calibration") == PAGE
    sidebar = victor.get(PAGE).context["sidebar_navigation"]
    assert [item["title"] for group in sidebar for item in group["items"] if item["active"]] == ["Calibration"]


def test_without_labels_the_page_says_what_to_do(shop: APIClient, victor: Client) -> None:
    signed_up(shop, created_at=AUGUST)
    response = victor.get(PAGE)
    assert response.status_code == 200
    assert "import_reports" in text(response)
    assert "gh-cal-dot" not in text(response)


def test_the_page_reads_no_longer_than_it_may(history: None, victor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "SECONDS", 0.0)
    assert "Reading was stopped" in text(victor.get(PAGE))


def test_only_who_may_look_sees_it(history: None, client: Client) -> None:
    assert desk_of(user_of("mallory", None)).get(PAGE).status_code == 403
    assert client.get(PAGE).status_code == 302
