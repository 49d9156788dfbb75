"""What Twilio Lookup says of a number is taken package by package, and nothing that it could say makes us stumble."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk.facts import PhoneLineFacts
from tests.twilio_peer import LINE, NUMBER, PUMPING, REASSIGNED, SWAP, Mood, TwilioPeer, twilio_peer
from verification.providers.interface import ProviderRefused, ProviderUnavailable
from verification.providers.twilio_lookup import FIELDS, TwilioLookup, _facts

ASKED = "+14155552671"
EMPTY: dict[str, dict[str, Any]] = {field: {} for field in FIELDS}


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioPeer]:
    with twilio_peer(monkeypatch) as running:
        yield running


def lookup(*fields: str) -> TwilioLookup:
    return TwilioLookup(account_sid="AC0", auth_token="x", fields=fields)


def test_all_that_is_told_becomes_facts(peer: TwilioPeer) -> None:
    assert lookup(*FIELDS).look(ASKED) == PhoneLineFacts(
        line_type="non_fixed_voip",
        carrier="T-Mobile USA, Inc.",
        country="US",
        sim_swapped_at=datetime(2026, 11, 1, 10, 18, 50, tzinfo=UTC),
        reassigned=True,
        pumping_risk=92,
    )


def test_only_what_was_paid_for_is_asked(peer: TwilioPeer) -> None:
    assert lookup("line_type_intelligence").look(ASKED).pumping_risk is None
    assert peer.asked == [{"Fields": "line_type_intelligence"}]


def test_a_number_is_asked_whether_it_changed_hands_within_three_months(peer: TwilioPeer) -> None:
    lookup("reassigned_number").look(ASKED)
    assert peer.asked[0]["LastVerifiedDate"] == f"{timezone.now() - timedelta(days=90):%Y%m%d}"


def test_no_lookup_is_made_for_packages_that_there_are_not() -> None:
    for fields in ((), ("caller_name",)):
        with pytest.raises(ValueError, match="not packages"):
            lookup(*fields)


@pytest.mark.parametrize("field", FIELDS)
def test_a_package_with_an_error_of_its_own_leaves_only_its_part_unknown(peer: TwilioPeer, field: str) -> None:
    whole = lookup(*FIELDS).look(ASKED)
    peer.numbers[ASKED] = {**NUMBER, field: {**NUMBER[field], "error_code": 60600}}
    partly = lookup(*FIELDS).look(ASKED)
    assert partly == _facts({**PACKAGES, field: {}}, "US")
    assert partly != whole


PACKAGES: dict[str, dict[str, Any]] = {
    "line_type_intelligence": LINE,
    "sim_swap": SWAP,
    "reassigned_number": REASSIGNED,
    "sms_pumping_risk": PUMPING,
}


@pytest.mark.parametrize("mood", [Mood.BUSY, Mood.FAILING, Mood.GARBLED, Mood.NO_OBJECT, Mood.LOCKED])
def test_load_faults_nonsense_and_a_wrong_token_pass(peer: TwilioPeer, mood: Mood) -> None:
    peer.mood = mood
    with pytest.raises(ProviderUnavailable):
        lookup(*FIELDS).look(ASKED)


def test_a_number_that_twilio_does_not_know_is_refused(peer: TwilioPeer) -> None:
    with pytest.raises(ProviderRefused, match="20404"):
        lookup(*FIELDS).look("+14155550000")


def swap(**told: Any) -> PhoneLineFacts:
    return _facts({**EMPTY, "sim_swap": {"last_sim_swap": told}}, None)


def test_a_swap_within_a_period_is_taken_for_the_earliest_that_it_can_have_been() -> None:
    found = swap(last_sim_swap_date=None, swapped_period="PT48H", swapped_in_period=True)
    assert found.sim_swapped_at is not None
    assert abs(timezone.now() - timedelta(days=2) - found.sim_swapped_at) < timedelta(minutes=1)


@pytest.mark.parametrize(("period", "days"), [("PT24H", 1.0), ("P7D", 7.0), ("P1DT12H", 1.5)])
def test_no_swap_within_a_period_is_known_for_that_period(period: str, days: float) -> None:
    assert swap(swapped_period=period, swapped_in_period=False).sim_kept_days == days


@pytest.mark.parametrize("period", ["", "P", "PT", "24 hours", "P1Y", None, 24, "PT999999999H"])
def test_a_period_that_is_none_tells_nothing(period: Any) -> None:
    assert swap(swapped_period=period, swapped_in_period=False) == PhoneLineFacts()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
NAMES = sorted({*LINE, *SWAP, *REASSIGNED, *PUMPING, *SWAP["last_sim_swap"]})
OBJECTS = st.dictionaries(st.sampled_from(NAMES), JSON | st.dictionaries(st.sampled_from(NAMES), JSON), max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=st.dictionaries(st.sampled_from([*FIELDS, "country_code"]), OBJECTS | JSON, max_size=5))
def test_whatever_json_is_told_becomes_facts_or_nothing(peer: TwilioPeer, answer: dict[str, Any]) -> None:
    peer.numbers[ASKED] = answer
    found = lookup(*FIELDS).look(ASKED)
    assert isinstance(found, PhoneLineFacts)
    assert found.pumping_risk is None or 0 <= found.pumping_risk <= 100
    assert all(text is None or text.isprintable() for text in (found.carrier, found.country))
