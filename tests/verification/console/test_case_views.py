"""Views of the queue, kept by a name."""

from django.test import Client
from rest_framework.test import APIClient

from tests.verification.console.desk import QUEUE, say, shown, signed_up, text
from verification.console.case_views import MOST, kept
from verification.desk_models import SavedView


def save(client: Client, name: str, query: str, **more: str) -> str:
    return str(client.post(f"{QUEUE}views/", {"name": name, "query": query, **more})["Location"])


def test_a_view_is_saved_shown_and_forgotten(shop: APIClient, desk: Client, nina_desk: Client) -> None:
    say(desk, signed_up(shop), "hold")
    assert save(desk, "My appeals", "kind=appeal&p=3&x=1").endswith("?kind=appeal")
    assert "My appeals" in text(desk.get(QUEUE))
    assert shown(desk.get(f"{QUEUE}?kind=appeal")) == []
    assert "My appeals" not in text(nina_desk.get(QUEUE))
    save(desk, "Late ones", "clock=overdue", shared="on")
    assert "Late ones" in text(nina_desk.get(QUEUE))
    pk = SavedView.objects.get(name="Late ones").pk
    nina_desk.post(f"{QUEUE}views/{pk}/")
    assert SavedView.objects.filter(pk=pk).exists()  # another's
    desk.post(f"{QUEUE}views/{pk}/")
    assert not SavedView.objects.filter(pk=pk).exists()


def test_the_same_name_takes_the_place_of_the_view_before(desk: Client) -> None:
    for query in ("kind=appeal", "kind=signup"):
        save(desk, "One", query)
    assert SavedView.objects.get().query == "kind=signup"


def test_a_view_needs_a_name_and_there_are_not_too_many(desk: Client) -> None:
    assert "Give the view a name" in text(desk.post(f"{QUEUE}views/", {"name": ""}, follow=True))
    for number in range(MOST + 1):
        save(desk, f"view {number}", "")
    assert SavedView.objects.count() == MOST


def test_what_is_of_the_moment_is_not_kept() -> None:
    assert kept("p=2&tier=trial&kind=appeal&evil=%3Cscript%3E") == "kind=appeal&tier=trial"
