"""The page of the friction report: who may look, what it costs, and that it is well made."""

from django.test import Client
from django.utils import timezone

from risk.models import Easing
from tests.verification.console.desk import count_queries, desk_of, text, user_of
from verification.friction_models import FrictionTally

PAGE = "/console/verification/frictiontally/report/"


def tally(value: str, *, dimension: str = "language", **counts: int) -> None:
    FrictionTally.objects.create(day=timezone.now().date(), dimension=dimension, value=value, **counts)


def test_the_menu_leads_there(victor: Client) -> None:
    assert f'href="{PAGE}"' in text(victor.get("/console/"))
    sidebar = victor.get(PAGE).context["sidebar_navigation"]
    assert [item["title"] for group in sidebar for item in group["items"] if item["active"]] == ["Friction"]


def test_an_empty_house_has_a_page_too(victor: Client) -> None:
    page = text(victor.get(PAGE))
    assert "Nothing is counted yet" in page
    assert "No group of 100 accounts or more" in page


def test_a_group_with_a_hostile_name_is_only_text(victor: Client) -> None:
    tally("<script>alert(1)</script>", allow=3)
    assert "<script>alert(1)" not in text(victor.get(PAGE))


def test_many_groups_cost_no_more_queries_and_the_smallest_are_added_up(victor: Client) -> None:
    tally("en", allow=3)
    few = count_queries(victor, PAGE)
    for number in range(150):
        tally(f"x{number}", allow=1)
    assert count_queries(victor, PAGE) == few
    assert text(victor.get(PAGE)).count('<th scope="row">') == 100


def test_it_shows_what_is_eased(victor: Client) -> None:
    Easing.objects.create(dimension="country", value="BR", points=3, moved_at=timezone.now())
    assert "Country BR: challenged from 3 points of score above" in text(victor.get(PAGE))


def test_the_tallies_themselves_can_be_looked_at(victor: Client) -> None:
    tally("en", allow=3)
    assert "en" in text(victor.get("/console/verification/frictiontally/"))


def test_only_who_may_look_sees_it(client: Client, db: None) -> None:
    assert desk_of(user_of("mallory", None)).get(PAGE).status_code == 403
    assert client.get(PAGE).status_code == 302
