"""What waits for an analyst, the longest waiting first."""

from django.test import Client
from rest_framework.test import APIClient

from tests.verification.console.desk import LIST_QUERIES, count_queries, page, say, shown, signed_up, text
from verification.models import Case


def test_the_queue_shows_open_cases_oldest_first_and_leads_to_the_signups(shop: APIClient, desk: Client) -> None:
    held = [signed_up(shop, account_id=f"acct_{name}") for name in ("first", "second", "third")]
    for signup in held:
        say(desk, signup, "hold")
    listed = desk.get("/console/verification/case/")
    assert shown(listed) == ["acct_first", "acct_second", "acct_third"]
    assert page(held[0]) in text(listed)
    say(desk, held[0], "approve")
    assert shown(desk.get("/console/verification/case/")) == ["acct_second", "acct_third"]
    assert shown(desk.get("/console/verification/case/?status=closed")) == ["acct_first"]
    assert shown(desk.get("/console/verification/case/?status=all")) == ["acct_first", "acct_second", "acct_third"]
    assert f'href="{page(held[1])}"' in text(desk.get(page(held[0])))  # where to go on


def test_the_queue_takes_the_same_few_queries_with_twice_the_cases(shop: APIClient, desk: Client) -> None:
    counts = []
    for batch in range(2):
        for number in range(4):
            say(desk, signed_up(shop, account_id=f"acct_{batch}_{number}"), "hold")
        counts.append(count_queries(desk, "/console/verification/case/"))
    assert counts == [LIST_QUERIES] * 2


def test_a_case_has_no_page_but_its_signups(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    say(desk, signup, "hold")
    assert desk.get(f"/console/verification/case/{Case.objects.get().pk}/change/")["Location"] == page(signup)
    assert desk.get("/console/verification/case/0/change/").status_code == 404
    assert desk.get("/console/verification/case/x/change/").status_code == 404
