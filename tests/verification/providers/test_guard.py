"""A party that keeps failing is left alone for a while, by every worker; one that says no is not failing."""

from contextlib import suppress

import pytest
from django.test import Client
from prometheus_client import REGISTRY
from pytest_django import Settings

from verification.providers import guard
from verification.providers.guard import FAILURES, guarded
from verification.providers.interface import ProviderRefused, ProviderUnavailable, ValueUnavailable


class Party:
    """Counts how often it is asked."""

    def __init__(self, error: Exception | None) -> None:
        self.error, self.asked = error, 0

    def ask(self) -> str:
        """Answer, or fail."""
        self.asked += 1
        if self.error:
            raise self.error
        return "yes"


def fail(party: Party, times: int) -> None:
    for _ in range(times):
        with pytest.raises((ProviderUnavailable, ProviderRefused)):
            guarded("party", party.ask)


def test_after_failures_in_a_row_the_party_is_not_asked_any_more() -> None:
    party = Party(ProviderUnavailable("busy"))
    fail(party, FAILURES + 4)
    assert party.asked == FAILURES


def test_other_workers_learn_of_it_through_valkey() -> None:
    fail(Party(ProviderUnavailable("busy")), FAILURES)
    guard.breaker_of.cache_clear()  # as a process that has seen nothing of it
    fresh = Party(None)
    with pytest.raises(ProviderUnavailable, match="left alone"):
        guarded("party", fresh.ask)
    assert fresh.asked == 0


def test_after_its_rest_one_call_tries_again_and_closes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "REST_SECONDS", 0)
    fail(Party(ProviderUnavailable("busy")), FAILURES)
    well = Party(None)
    assert [guarded("party", well.ask), guarded("party", well.ask)] == ["yes", "yes"]


def test_a_party_that_refuses_works_and_is_asked_again() -> None:
    party = Party(ProviderRefused("no"))
    fail(party, FAILURES + 4)
    assert party.asked == FAILURES + 4


def test_strangers_values_that_nobody_answers_for_never_count_against_the_party() -> None:
    broken = Party(ValueUnavailable("a stranger's name server is away"))
    fail(broken, 3 * FAILURES)
    assert broken.asked == 3 * FAILURES
    assert guarded("party", Party(None).ask) == "yes"


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("gatehouse_outside_seconds_count", {"party": "metered", "result": result}) or 0.0


def test_every_call_is_counted_and_timed_by_what_came_of_it() -> None:
    outcomes: list[Exception | None] = [
        None,
        ProviderRefused("no"),
        ValueUnavailable("not this one"),
        ZeroDivisionError(),
        *[ProviderUnavailable("busy")] * FAILURES,
        None,
    ]
    for error in outcomes:
        with suppress(ProviderRefused, ProviderUnavailable, ZeroDivisionError):
            guarded("metered", Party(error).ask)
    results = ("answered", "refused", "unanswered", "fault", "away", "left_alone")
    assert [counted(result) for result in results] == [1, 1, 1, 1, FAILURES - 1, 2]


@pytest.mark.django_db
def test_readyz_tells_who_is_left_alone_and_stays_ready(client: Client, settings: Settings) -> None:
    settings.OUTSIDE_LOOKUPS = {"mail_domain": "dns", "phone_line": "off"}
    assert told(client) == (200, True, "1 at work")
    fail_at("dns:mail_domain")
    assert told(client) == (200, True, "left alone: dns:mail_domain")
    settings.OUTSIDE_LOOKUPS = {"mail_domain": "off", "phone_line": "offline"}
    assert told(client) == (200, True, "none at work")


def fail_at(party: str) -> None:
    for _ in range(FAILURES):
        with suppress(ProviderUnavailable):
            guarded(party, Party(ProviderUnavailable("busy")).ask)


def told(client: Client) -> tuple[int, bool, str]:
    answered = client.get("/readyz")
    found = answered.json()["dependencies"]["outside parties"]
    return answered.status_code, found["ok"], found["detail"]


def test_with_valkey_away_every_call_goes_through(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert guarded("party", Party(None).ask) == "yes"
    party = Party(ProviderUnavailable("busy"))
    fail(party, FAILURES + 1)
    assert party.asked == FAILURES + 1
