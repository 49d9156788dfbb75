"""However many signups strangers make, what they make us spend and whom they make us knock at is bounded."""

import uuid

import pytest
from pytest_django import Settings

from risk.facts import PhoneLineFacts
from verification.providers.budget import Budgeted, may_probe
from verification.providers.interface import ValueUnavailable


class Paid:
    """A party that counts what it is paid for."""

    asked = 0

    def look(self, value: str) -> PhoneLineFacts:
        """Answer, for money."""
        del value
        self.asked += 1
        return PhoneLineFacts()


@pytest.fixture(autouse=True)
def small(settings: Settings) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "paid_lookups": f"3/{_of_its_own()}", "mail_probes": "2/hour"}


def _of_its_own() -> str:
    """An hour that no other test draws on: limits of another length are counted apart."""
    return f"{3600 + uuid.uuid4().int % 100_000} second"


def test_past_the_budget_the_party_is_not_asked_and_the_answer_stays_open() -> None:
    party = Paid()
    lookup = Budgeted(party)
    for _ in range(3):
        lookup.look("+14155552671")
    for _ in range(5):
        with pytest.raises(ValueUnavailable):
            lookup.look("+14155552671")
    assert party.asked == 3


def test_one_mail_server_is_not_knocked_at_again_and_again() -> None:
    one, other = (f"93.184.{number >> 8 & 255}.{number & 255}" for number in (uuid.uuid4().int, uuid.uuid4().int))
    assert [may_probe(one) for _ in range(4)] == [True, True, False, False]
    assert may_probe(other)


def test_a_server_inside_is_never_knocked_at() -> None:
    assert not may_probe("10.0.0.1")
