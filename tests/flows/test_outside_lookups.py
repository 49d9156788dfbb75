"""Outside parties are asked after the answer, and what they say decides anew; when they are away, nobody waits."""

from collections.abc import Callable
from typing import Any

from pytest_django import Settings
from rest_framework.test import APIClient

from risk.models import Assessment, OutsideAnswer
from tests.cast import alice
from tests.conftest import post
from verification.models import Event
from verification.tasks import ask_outside

CatchUp = Callable[[], int]


def last_facts() -> dict[str, Any]:
    """The facts of the last assessment."""
    facts: dict[str, Any] = Assessment.objects.order_by("-id").values_list("facts", flat=True)[0]
    return facts


def test_the_answer_comes_at_once_as_provisional_and_stands_when_the_parties_have_answered(
    shop: APIClient, catch_up: CatchUp
) -> None:
    signup = post(shop, "/v1/signups", alice()).json()
    assert signup["provisional"]
    catch_up()
    assert not shop.get(f"/v1/signups/{signup['id']}").json()["provisional"]
    assert last_facts()["mail_domain"]["takes_mail"] is True
    assert last_facts()["phone_line"]["line_type"] == "mobile"


def test_what_was_answered_for_one_is_known_at_once_for_the_next(shop: APIClient, catch_up: CatchUp) -> None:
    post(shop, "/v1/signups", alice(account_id="first"))
    catch_up()
    asked = OutsideAnswer.objects.count()
    signup = post(shop, "/v1/signups", alice(account_id="second")).json()
    assert not signup["provisional"]
    assert OutsideAnswer.objects.count() == asked == 2


def test_a_party_that_stays_away_leaves_the_fact_unknown_and_the_signup_open(
    shop: APIClient, catch_up: CatchUp
) -> None:
    signup = post(shop, "/v1/signups", alice(email="alice@away.example")).json()
    catch_up()
    looked = shop.get(f"/v1/signups/{signup['id']}").json()
    assert looked["outcome"] == "allow"
    assert not looked["provisional"]  # it waits for nobody any more
    assert last_facts()["mail_domain"] is None
    assert last_facts()["missing"] == {"mail_domain": "no answer"}
    assert last_facts()["phone_line"] is not None


def test_a_question_asked_twice_is_answered_once(shop: APIClient, catch_up: CatchUp) -> None:
    post(shop, "/v1/signups", alice())
    catch_up()
    before = Assessment.objects.count()
    ask_outside.apply(args=(Event.objects.all()[0].account_id, "mail_domain")).get(disable_sync_subtasks=False)
    assert Assessment.objects.count() == before


def test_history_and_switched_off_lookups_ask_nobody(shop: APIClient, settings: Settings) -> None:
    settings.OUTSIDE_LOOKUPS = {"mail_domain": "off", "phone_line": "off"}
    signup = post(shop, "/v1/signups", alice()).json()
    assert not signup["provisional"]
    assert not Event.objects.filter(type="lookups.requested").exists()


def test_a_mailbox_named_later_is_looked_up_like_the_first(
    shop: APIClient, catch_up: CatchUp, code_for: Callable[[str], str]
) -> None:
    signup = post(shop, "/v1/signups", alice(email=None)).json()
    catch_up()
    asked = post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "email", "to": "alice@catchall.example"})
    assert asked.status_code == 202
    assert asked.json()["checks"][0]["sent_to"] == "a***@c***.example"
    catch_up()
    assert last_facts()["mailbox"]["domain"] == "catchall.example"
    assert last_facts()["mail_domain"]["takes_anything"] is True
    code = code_for("alice@catchall.example")
    passed = post(shop, f"/v1/signups/{signup['id']}/checks/email/answers", {"code": code}).json()
    assert passed["tier"] == "basic"


def test_a_phone_named_later_that_is_none_is_refused_and_changes_nothing(shop: APIClient) -> None:
    signup = post(shop, "/v1/signups", alice(phone=None)).json()
    refused = post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "phone", "to": "call me"})
    assert refused.status_code == 422
    assert refused.json()["code"] == "check_impossible"
    assert Assessment.objects.count() == 1


def test_a_phone_that_others_named_before_counts_against_the_one_who_names_it_later(shop: APIClient) -> None:
    for number in range(3):
        post(shop, "/v1/signups", alice(account_id=f"other{number}", email=f"p{number}@example.org", device=None))
    signup = post(shop, "/v1/signups", alice(phone=None, device=None, email="late@example.org")).json()
    refused = post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "phone", "to": "+14155552671"})
    assert refused.json()["code"] == "check_needs_person"  # no message yet, and what was named is evidence already
    named = shop.get(f"/v1/signups/{signup['id']}").json()
    assert "velocity_phone" in {reason["code"] for reason in named["reasons"]}
    assert named["score"] > signup["score"]
