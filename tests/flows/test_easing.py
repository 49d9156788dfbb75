"""A budget of challenges: a group that is over it and proves honest is challenged later, and a flood buys nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from risk import easings
from risk.models import Assessment, Easing
from risk.policies.store import DEFAULT, publish, read
from tests.conftest import post
from tests.flows.test_friction import person, suspect
from tests.verification.console.desk import desk_of, user_of
from verification.friction.watching import watch
from verification.models import Event, Signup

BUDGET = {"budget": 0.1, "most_eased": 5, "fewest": 30, "dimensions": ["language"]}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A week ago, at noon: what is counted by days is to fall on the same ones whenever this runs."""
    with time_machine.travel((timezone.now() - timedelta(days=6)).replace(hour=12)) as traveller:
        yield traveller


def wait(clock: time_machine.Traveller, **passed: float) -> None:
    clock.shift(timedelta(**passed))
    easings.forget()  # what a process holds is at most seconds old


def beats(clock: time_machine.Traveller) -> None:
    for _ in range(3):
        wait(clock, minutes=2)
        watch(timezone.now())


@pytest.fixture
def over_budget(
    clock: time_machine.Traveller,
    shop: APIClient,
    catch_up: Callable[[], int],
    code_for: Callable[[str], str],
    tmp_path: Path,
) -> None:
    """Seventy asked for Icelandic in the month before; this week twenty, and twelve who are challenged and prove."""
    publish({**read(DEFAULT), "friction": BUDGET})
    before = [
        {**person(1000 + n, accept_language="is"), "created_at": _at(timezone.now() - timedelta(days=9, hours=n))}
        for n in range(70, 0, -1)
    ]
    (tmp_path / "before.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in before))
    call_command("import_signups", str(tmp_path / "before.jsonl"))
    for n in range(20):
        post(shop, "/v1/signups", person(n, accept_language="is"))
    for n in range(20, 32):
        prove(shop, suspect(n), catch_up, code_for)


def prove(shop: APIClient, body: dict[str, Any], catch_up: Callable[[], int], code_for: Callable[[str], str]) -> None:
    answer = post(shop, "/v1/signups", body).json()
    assert answer["outcome"] == "challenge"
    post(shop, f"/v1/signups/{answer['id']}/checks", {"kind": "email"})
    catch_up()
    post(shop, f"/v1/signups/{answer['id']}/checks/email/answers", {"code": code_for(body["email"])})


def _at(moment: datetime) -> str:
    return moment.isoformat()


def days(clock: time_machine.Traveller, number: int) -> None:
    for _ in range(number):
        wait(clock, days=1)
        beats(clock)


def moves() -> list[tuple[float, float, str]]:
    told = [event.data for event in Event.objects.filter(type="friction.eased").order_by("pk")]
    return [(data["before"], data["after"], data["why"]) for data in told if data["group"] == "is"]


def test_the_next_of_the_group_is_allowed_where_it_would_be_challenged_and_that_is_told(
    over_budget: None, clock: time_machine.Traveller, shop: APIClient
) -> None:
    days(clock, 4)
    assert moves() == [(n, n + 1, "over its budget") for n in range(4)]
    eased = post(shop, "/v1/signups", suspect(50)).json()
    assert (eased["outcome"], 23 < eased["score"] < 24) == ("allow", True)
    line = eased["reasons"][-1]
    assert (line["code"], line["weight"]) == ("challenge_eased", 0)
    assert post(shop, "/v1/signups", suspect(51, accept_language="fi")).json()["outcome"] == "challenge"
    stored = Assessment.objects.get(facts__eased__group="is", outcome="allow", score__gt=23)
    assert stored.reasons[-1]["evidence"] == [
        ["dimension", "language"],
        ["group", "is"],
        ["threshold", 24.0],
        ["instead_of", 20.0],
    ]
    told = shop.get("/v1/reports/friction").json()
    assert [(each["dimension"], each["group"], each["points"]) for each in told["eased"]] == [("language", "is", 4.0)]


def test_review_and_deny_stay_where_they_are(over_budget: None, clock: time_machine.Traveller, shop: APIClient) -> None:
    days(clock, 4)
    worse = suspect(50, user_agent="", email="xk29fj3q8z@mailinator.com")
    of_group = post(shop, "/v1/signups", worse).json()
    of_none = post(shop, "/v1/signups", {**worse, "account_id": "acct_51", "accept_language": "fi"}).json()
    assert of_group["outcome"] == of_none["outcome"] == "review"


def test_the_analyst_reads_which_threshold_counted(
    over_budget: None, clock: time_machine.Traveller, shop: APIClient
) -> None:
    days(clock, 4)
    signup = Signup.objects.get(public_id=post(shop, "/v1/signups", suspect(50)).json()["id"])
    viewer: Client = desk_of(user_of("victor", "Viewer"))
    page = viewer.get(f"/console/verification/signup/{signup.pk}/change/").content.decode()
    assert "Challenged from 24 instead of 20: language is was over its budget of challenges." in page
    assert "Eased thresholds" in viewer.get("/console/verification/frictiontally/report/").content.decode()


def test_every_decision_comes_out_again(
    over_budget: None, clock: time_machine.Traveller, shop: APIClient, capsys: pytest.CaptureFixture[str]
) -> None:
    days(clock, 4)
    post(shop, "/v1/signups", suspect(50))
    publish(read(DEFAULT))
    call_command("replay", "--stored", "--workers", "1")
    assert ", 0 do not." in capsys.readouterr().out


def test_it_stops_at_the_bound_and_comes_back(over_budget: None, clock: time_machine.Traveller) -> None:
    days(clock, 6)
    assert Easing.objects.get(value="is").points == 5
    days(clock, 3)
    assert moves()[-1][2] == "too few to tell"
    assert Easing.objects.get(value="is").points < 5


def test_a_flood_takes_it_back_at_once(over_budget: None, clock: time_machine.Traveller, shop: APIClient) -> None:
    days(clock, 2)
    for n in range(60, 80):
        post(shop, "/v1/signups", suspect(n))
    beats(clock)
    assert moves()[-1] == (2.0, 0.0, "more signups than twice its usual pace")
    days(clock, 2)
    assert Easing.objects.filter(value="is", points__gt=0).count() == 0


def test_who_is_challenged_and_proves_nothing_eases_nothing(
    clock: time_machine.Traveller, shop: APIClient, over_budget: None
) -> None:
    wait(clock, days=40)
    for n in range(100, 120):
        post(shop, "/v1/signups", person(n, accept_language="fi"))
    wait(clock, days=10)
    for n in range(120, 140):
        post(shop, "/v1/signups", suspect(n, accept_language="fi"))
    days(clock, 2)
    assert not Easing.objects.filter(value="fi").exists()


def test_a_policy_without_a_budget_takes_it_back(
    over_budget: None, clock: time_machine.Traveller, shop: APIClient
) -> None:
    days(clock, 4)
    publish(read(DEFAULT))
    assert post(shop, "/v1/signups", suspect(50)).json()["outcome"] == "challenge"
    beats(clock)
    assert moves()[-1] == (4.0, 0.0, "the policy allows no more")


def test_without_a_budget_no_signup_pays_for_it(shop: APIClient) -> None:
    counts = []
    for n in range(4):
        if n == 2:
            publish({**read(DEFAULT), "friction": BUDGET})
            post(shop, "/v1/signups", person(90))
        with CaptureQueriesContext(connection) as queries:
            post(shop, "/v1/signups", person(n))
        counts.append(len(queries))
    assert counts[1] == counts[3]
