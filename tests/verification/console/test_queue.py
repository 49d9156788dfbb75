"""What waits for an analyst, the most pressing first."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.verification.console.desk import LIST_QUERIES, QUEUE, count_queries, page, say, shown, signed_up, text
from verification.models import Case

WITH_VIEWS = LIST_QUERIES + 3  # the saved views, and the accounts and the signups of the page


def test_the_queue_shows_open_cases_and_leads_to_the_signups(shop: APIClient, desk: Client) -> None:
    held = [signed_up(shop, account_id=f"acct_{name}") for name in ("first", "second", "third")]
    for signup in held:
        say(desk, signup, "hold")
    listed = desk.get(QUEUE)
    assert set(shown(listed)) == {"acct_first", "acct_second", "acct_third"}
    assert page(held[0]) in text(listed)
    assert "23\xa0hours left" in text(listed)
    say(desk, held[0], "approve")
    assert set(shown(desk.get(QUEUE))) == {"acct_second", "acct_third"}
    assert shown(desk.get(f"{QUEUE}?status=closed")) == ["acct_first"]
    assert set(shown(desk.get(f"{QUEUE}?status=all"))) == {"acct_first", "acct_second", "acct_third"}
    assert f'href="{page(held[1])}"' in text(desk.get(page(held[0])))  # where to go on


def test_the_queue_takes_the_same_few_queries_with_twice_the_cases(shop: APIClient, desk: Client) -> None:
    counts = []
    for batch in range(2):
        for number in range(4):
            say(desk, signed_up(shop, account_id=f"acct_{batch}_{number}"), "hold")
        counts.append(count_queries(desk, QUEUE))
    assert counts == [WITH_VIEWS] * 2


def test_a_case_has_no_page_but_its_signups(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    say(desk, signup, "hold")
    assert desk.get(f"{QUEUE}{Case.objects.get().pk}/change/")["Location"] == page(signup)
    assert desk.get(f"{QUEUE}0/change/").status_code == 404
    assert desk.get(f"{QUEUE}x/change/").status_code == 404


def test_the_next_case_is_claimed_and_opened_and_said_to_others(
    shop: APIClient, desk: Client, nina_desk: Client
) -> None:
    first, second = (signed_up(shop, account_id=f"acct_{name}") for name in ("first", "second"))
    for signup in (first, second):
        say(desk, signup, "hold")
    opened = desk.post(f"{QUEUE}next/")["Location"]
    other = nina_desk.post(f"{QUEUE}next/")["Location"]
    assert {opened, other} == {page(first), page(second)}
    mine = first if opened == page(first) else second
    assert "nora has this case until" in text(nina_desk.get(page(mine)))
    assert "nora, until" in text(nina_desk.get(QUEUE))
    refused = say(nina_desk, mine, "approve")
    assert refused.status_code == 422
    assert "nora has this case" in text(refused)
    assert nina_desk.post(f"{QUEUE}next/", follow=True).redirect_chain[-1][0] == other  # hers still


def test_after_a_word_the_next_case_opens_where_that_is_wanted(shop: APIClient, desk: Client) -> None:
    first, second = (signed_up(shop, account_id=f"acct_{name}") for name in ("first", "second"))
    for signup in (first, second):
        say(desk, signup, "hold")
    assert say(desk, first, "approve", next="on")["Location"] == page(second)
    assert say(desk, second, "approve", next="on")["Location"] == page(second)  # nothing waits


def test_a_claimed_case_is_given_back(shop: APIClient, desk: Client, nina_desk: Client) -> None:
    signup = signed_up(shop)
    say(desk, signup, "hold")
    case = Case.objects.get()
    assert desk.post(f"{QUEUE}{case.pk}/claim/")["Location"] == page(signup)
    assert "Yours until" in text(desk.get(page(signup)))
    assert "nora has this case" in text(nina_desk.post(f"{QUEUE}{case.pk}/claim/", follow=True))
    desk.post(f"{QUEUE}{case.pk}/let-go/")
    nina_desk.post(f"{QUEUE}{case.pk}/claim/")
    assert str(Case.objects.get().claimed_by) == "nina"
    assert desk.post(f"{QUEUE}0/claim/").status_code == 404


def test_a_viewer_takes_nothing(shop: APIClient, desk: Client, victor: Client) -> None:
    say(desk, signed_up(shop), "hold")
    assert victor.post(f"{QUEUE}next/").status_code == 403
    assert victor.post(f"{QUEUE}{Case.objects.get().pk}/claim/").status_code == 403
    assert "Take the next" not in text(victor.get(QUEUE))


def test_the_queue_reads_open_cases_by_their_index(shop: APIClient, desk: Client) -> None:
    say(desk, signed_up(shop), "hold")
    with CaptureQueriesContext(connection) as queries:
        desk.get(QUEUE)
    asked = next(query["sql"] for query in queries if "priority" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "open_cases_oldest" in plan or "one_open_case" in plan, plan
    assert "Seq Scan on verification_signup" not in plan
