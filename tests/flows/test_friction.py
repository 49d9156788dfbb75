"""Whom signing up costs how much: through the front door, by beat, to the report, the page and the alarm."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, issue
from risk.policies.store import DEFAULT, publish, read
from tests.cast import alice
from tests.conftest import client_with, post
from tests.verification.console.desk import desk_of, user_of
from verification.friction.watching import watch
from verification.friction_models import FrictionTally
from verification.models import Event

REPORT = "/v1/reports/friction"
PAGE = "/console/verification/frictiontally/report/"


def person(number: int, **changes: Any) -> dict[str, Any]:
    """Somebody of their own, at home in the United States."""
    return alice(
        **{
            "account_id": f"acct_{number}",
            "email": f"jane.doe{number}@example{number}.org",
            "phone": None,
            "device": None,
            "form": None,
            "ip": f"72.{224 + number // 250}.{number % 250}.33",
            **changes,
        }
    )


def suspect(number: int, **changes: Any) -> dict[str, Any]:
    """Somebody who is challenged: no numbering plan has the number, and the form was filled in at once."""
    form = {"duration_ms": 300, "keystrokes": 0, "pastes": 0, "pointer_events": 0}
    return person(number, **{"accept_language": "is", "form": form, "phone": "+1415555", **changes})


def beats(*, days: float = 0) -> None:
    """What beat does over some minutes."""
    for minutes in range(0, 6, 2):
        watch(timezone.now() + timedelta(days=days, minutes=minutes))


def rows() -> set[tuple[Any, ...]]:
    names = [field.name for field in FrictionTally._meta.fields if field.name != "id"]
    return set(FrictionTally.objects.values_list(*names))


def alarm_events() -> list[dict[str, Any]]:
    return [event.data for event in Event.objects.filter(type="friction.alarm").order_by("pk")]


@pytest.fixture
def two_groups(shop: APIClient) -> None:
    """150 who ask for English and are allowed, and 30 who ask for Icelandic and are challenged."""
    publish({**read(DEFAULT), "friction": {"fewest": 30}})
    for number in range(150):
        assert post(shop, "/v1/signups", person(number)).json()["outcome"] == "allow"
    for number in range(150, 180):
        assert post(shop, "/v1/signups", suspect(number)).json()["outcome"] == "challenge"


@pytest.fixture
def victor(db: None) -> Client:
    """A viewer's browser."""
    return desk_of(user_of("victor", "Viewer"))


def group_of(report: dict[str, Any], dimension: str, value: str) -> dict[str, Any]:
    return next(each for each in report["groups"] if (each["dimension"], each["group"]) == (dimension, value))


def test_a_signup_is_counted_once_in_each_dimension(shop: APIClient) -> None:
    post(shop, "/v1/signups", person(1))
    beats()
    beats()
    found = {tally.dimension: (tally.value, tally.allow) for tally in FrictionTally.objects.all()}
    assert found == {
        "country": ("US", 1),
        "carrier": ("(unknown)", 1),
        "network": ("home", 1),
        "browser": ("Chrome", 1),
        "language": ("en", 1),
    }


def test_the_report_has_rates_with_intervals_and_names_who_is_asked_for_more(two_groups: None, shop: APIClient) -> None:
    beats()
    told = shop.get(REPORT).json()
    assert told["overall"]["accounts"] == 180
    iceland = group_of(told, "language", "is")["rates"]["challenge"]
    assert (iceland["number"], iceland["of"], iceland["share"]) == (30, 30, 1.0)
    assert 0.85 < iceland["interval"][0] < iceland["interval"][1] == 1
    assert group_of(told, "language", "en")["rates"]["stopped"]["share"] == 0
    (alarm,) = told["alarms"]
    assert (alarm["dimension"], alarm["group"], alarm["rate"], alarm["over"]) == (
        "language",
        "is",
        "stopped",
        "overall",
    )
    assert alarm["low"] > alarm["limit"] == pytest.approx(0.5)
    assert alarm["since"] is not None
    assert "since" in shop.get(REPORT, {"days": 30}).json()["alarms"][0]


def test_the_page_shows_the_same_with_the_alarm_on_top(two_groups: None, victor: Client) -> None:
    beats()
    response = victor.get(PAGE)
    page = response.content.decode()
    assert "Language is: challenged or worse 100.0 % of 30" in page
    assert page.index("Language is: challenged") < page.index("Everybody") < page.index("gh-table")
    assert "88.6 to 100.0" in page
    assert not re.findall(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", page)
    assert "?days=30" in page
    events = victor.get("/console/verification/event/").content.decode()
    assert "friction.alarm" in events
    alarm = Event.objects.get(type="friction.alarm")
    assert victor.get(f"/console/verification/event/{alarm.pk}/change/").status_code == 200
    assert victor.get(PAGE, {"days": "30"}).context["reading"].days == 30
    assert victor.get(PAGE, {"days": "no number"}).context["reading"].days == 7


def test_an_alarm_is_told_once_when_it_starts_and_once_when_it_ends(two_groups: None) -> None:
    beats()
    beats()
    (raised,) = alarm_events()
    assert (raised["group"], raised["rate"], raised["raised"], raised["share"]) == ("is", "stopped", True, 1.0)
    beats(days=8)
    beats(days=8)
    assert [told["raised"] for told in alarm_events()] == [True, False]
    assert Event.objects.filter(type="friction.alarm", account=None).count() == 2


def test_what_became_of_a_signup_is_known_a_day_later(
    shop: APIClient, catch_up: Callable[[], int], code_for: Callable[[str], str]
) -> None:
    signup = post(shop, "/v1/signups", suspect(1)).json()["id"]
    post(shop, f"/v1/signups/{signup}/checks", {"kind": "email"})
    catch_up()
    post(shop, f"/v1/signups/{signup}/checks/email/answers", {"code": code_for(suspect(1)["email"])})
    post(shop, "/v1/signups", suspect(2))
    beats()
    assert group_of(shop.get(REPORT).json(), "language", "is")["rates"]["step_up"]["of"] == 0
    beats(days=1)
    rates = group_of(shop.get(REPORT).json(), "language", "is")["rates"]
    assert [(rates[name]["number"], rates[name]["of"]) for name in ("step_up", "passed", "held")] == [
        (1, 2),
        (1, 1),
        (0, 2),
    ]
    tally = FrictionTally.objects.get(dimension="language", value="is")
    assert (tally.proven, tally.cleared) == (1, 1)


def test_an_abusive_account_counts_until_that_is_taken_back(shop: APIClient) -> None:
    post(shop, "/v1/signups", person(1))
    post(shop, "/v1/accounts/acct_1/reports", {"kind": "abuse", "reference": "ticket-1"})
    beats()
    assert set(FrictionTally.objects.values_list("abusive", flat=True)) == {1}
    post(shop, "/v1/accounts/acct_1/reports", {"kind": "cleared", "reference": "ticket-2"})
    beats(days=0.1)
    assert set(FrictionTally.objects.values_list("abusive", flat=True)) == {0}


def test_counting_anew_gives_the_same(two_groups: None, shop: APIClient) -> None:
    post(shop, "/v1/accounts/acct_1/reports", {"kind": "abuse", "reference": "ticket-1"})
    beats(days=1)
    before = rows()
    assert before
    call_command("friction_report", "--recount")
    assert rows()
    beats(days=1)
    assert rows() == before


def test_the_command_writes_the_report(two_groups: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    beats()
    call_command("friction_report", "--out", str(tmp_path / "friction.json"), "--until", str(timezone.now().date()))
    told = json.loads((tmp_path / "friction.json").read_text())
    assert told["alarms"][0]["group"] == "is"
    assert "Language is: challenged or worse" in capsys.readouterr().out


def test_test_keys_are_counted_nowhere_and_see_nothing(two_groups: None, shop: APIClient) -> None:
    order = KeyOrder(KeyKind.SECRET, ("signups:write", "signups:read"), "shop", "tests", mode=Mode.TEST)
    tester = client_with(issue(order)[1])
    post(tester, "/v1/signups", person(900))
    beats()
    assert shop.get(REPORT).json()["overall"]["accounts"] == 180
    assert tester.get(REPORT).json()["overall"]["accounts"] == 0


def test_the_report_needs_the_scope_and_a_known_number_of_days(
    client_of: Callable[..., APIClient], shop: APIClient
) -> None:
    assert client_of("signups:write").get(REPORT).status_code == 403
    assert shop.get(f"{REPORT}?days=9").json()["code"] == "invalid_request"
    assert shop.get(f"{REPORT}?days=30").json()["days"] == 30
