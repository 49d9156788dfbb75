"""What the person is told by the API and by mail: in their language, and never why."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from risk.models import Assessment
from risk.policies.store import DEFAULT, publish, read
from tests.cast import DESKTOP, alice
from tests.conftest import post
from verification.models import InboxMessage

pytestmark = pytest.mark.django_db

GERMAN = "de-DE,de;q=0.9,en;q=0.5"

# Each is challenged at least, for reasons that have nothing in common.
DISPOSABLE = {"email": "someone@mailinator.com", "phone": None, "device": None}
SCRIPT = {"user_agent": "python-requests/2.32", "phone": None, "device": None, "accept_language": "en-US"}
HOSTED = {"ip": "3.5.140.2", "phone": None, "device": None}


def told(shop: APIClient, **changes: Any) -> tuple[dict[str, Any], set[str]]:
    """The answer, and the reasons behind it."""
    answer = post(shop, "/v1/signups", alice(**changes)).json()
    return answer, {reason["code"] for reason in answer["reasons"] if reason["direction"] == "against"}


def test_who_is_stopped_is_told_what_helps_in_plain_words(shop: APIClient) -> None:
    publish({**read(DEFAULT), "thresholds": {"challenge": 0.03, "review": 0.9, "deny": 0.99}})
    answer, _ = told(shop, **DISPOSABLE)
    assert answer["outcome"] == "challenge"
    explained = answer["explanation"]
    assert (explained["language"], explained["title"]) == ("en", "Almost there")
    assert explained["ways"]
    nearest = answer["next_checks"][0]
    assert [[ask["check"] for ask in way] for way in explained["ways"]] == nearest["any_of"]


def test_people_of_one_standing_are_told_the_same_to_the_letter_whatever_the_reasons(shop: APIClient) -> None:
    publish({**read(DEFAULT), "thresholds": {"challenge": 0.021, "review": 0.98, "deny": 0.99}})
    answers = []
    for number, changes in enumerate((DISPOSABLE, SCRIPT, HOSTED)):
        answers.append(told(shop, account_id=f"acct_{number}", **{"email": f"p{number}@example.com", **changes}))
    assert {answer["outcome"] for answer, _ in answers} == {"challenge"}
    reasons = [codes for _, codes in answers]
    assert all(reasons)
    assert not set.intersection(*reasons)
    assert len({repr(answer["explanation"]) for answer, _ in answers}) == 1


def test_a_germans_browser_is_spoken_to_in_german_by_the_api_and_by_mail(
    shop: APIClient, catch_up: Callable[[], None]
) -> None:
    answer, _ = told(shop, accept_language=GERMAN)
    explained = answer["explanation"]
    assert (explained["language"], explained["title"]) == ("de", "Ihr Konto ist offen")
    assert "halbe Minute" in str(explained["ways"])
    again = shop.get(f"/v1/signups/{answer['id']}").json()
    assert again["explanation"] == explained
    post(shop, f"/v1/signups/{answer['id']}/checks", {"kind": "email"})
    catch_up()
    message = InboxMessage.objects.get().message
    assert message["subject"] == f"Ihr Code ist {message['code']}"


def test_without_a_language_that_we_have_it_is_english(shop: APIClient, catch_up: Callable[[], None]) -> None:
    answer, _ = told(shop, accept_language="fr-FR", user_agent=DESKTOP)
    assert answer["explanation"]["language"] == "en"
    post(shop, f"/v1/signups/{answer['id']}/checks", {"kind": "email"})
    catch_up()
    assert InboxMessage.objects.get().message["subject"].startswith("Your code is")


def test_errors_for_developers_stay_english(shop: APIClient) -> None:
    refused = shop.post("/v1/signups", {"email": 7}, format="json", headers={"Accept-Language": "de"})
    assert refused.status_code == 400
    assert "darf" not in refused.content.decode()


def test_what_is_told_is_worked_out_from_the_record_and_not_stored(shop: APIClient) -> None:
    answer, _ = told(shop)
    assert answer["explanation"]["title"] not in str(Assessment.objects.get().facts)
