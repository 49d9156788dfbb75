"""Facts as an analyst reads them: every part named, nothing hidden but the person."""

from dataclasses import replace
from datetime import UTC, datetime

from risk.facts import (
    DeviceFacts,
    EdgeFacts,
    Facts,
    FormFacts,
    HintFacts,
    Listed,
    NetworkFacts,
    PairFacts,
    RingFacts,
    TokenState,
)
from verification.console.readable import NOT_KNOWN, fact_groups, masked_person

DEVICE = DeviceFacts(
    known_days=12.04,
    platform="Win32",
    timezone="Asia/Kolkata",
    timezone_offset=-330,
    languages=("en", "hi"),
    webgl_vendor=None,
    webgl_renderer=None,
    screen=(1920, 1080, 24),
    fonts=3,
    hardware_concurrency=8,
    device_memory=8.0,
    touch_points=0,
    webdriver=False,
    bot="",
)
FACTS = Facts(
    at=datetime(2026, 11, 23, tzinfo=UTC),
    token=TokenState.VALID,
    network=NetworkFacts(scope="public", version=4, country="US", asn=7018, as_kind="access"),
    device=DEVICE,
    form=FormFacts(41250, 58, 0, 61, 40, trusted=True),
    velocity={"device_7d": 2, "card_7d": 0},
)


def groups(facts: Facts = FACTS) -> dict[str, dict[str, str]]:
    """The facts, by the title of their part."""
    return {group.title: dict(group.lines) for group in fact_groups(facts.as_json())}


def test_values_are_words_with_their_units() -> None:
    device, form = groups()["device"], groups()["form"]
    assert device["known for"] == "12.0 days"
    assert device["offset from UTC"] == "-05:30"
    assert device["screen"] == "1920 x 1080 x 24"
    assert device["languages"] == "en, hi"
    assert device["steered by a program"] == "no"
    assert device["bot"] == "none found"
    assert form["time taken"] == "41.2 s"
    assert groups()["network"]["AS number"] == "AS7018"


def test_what_is_not_known_says_so_and_what_was_not_given_has_no_lines() -> None:
    assert groups()["device"]["WebGL vendor"] == NOT_KNOWN
    assert groups()["card"] == {}
    assert groups()["page"] == {"device token": "valid"}
    assert groups()["others with the same"] == {"card 7d": "0", "device 7d": "2"}
    assert groups()["lists it stands on"] == {}


def test_days_that_were_earned_are_told_as_use() -> None:
    assert groups(replace(FACTS, earned_days=12))["use"] == {"earned days": "12"}
    assert groups()["use"] == {}


def test_the_ring_that_holds_an_account_is_told_to_the_analyst() -> None:
    held = replace(FACTS, ring=RingFacts("rng_1", "suspected", 97.123, 25_000, 8.4567))
    told = {"id": "rng_1", "state": "suspected", "score": "97.1 of 100", "members": "25000"}
    assert groups(held)["ring that holds it"] == {**told, "how well it fits (nats)": "8.5"}
    assert groups()["ring that holds it"] == {}


def test_a_list_is_told_with_the_entry_and_never_its_value() -> None:
    stored = replace(FACTS, listed=(Listed("stolen_cards", "policy/3", "cards"),))
    assert groups(stored)["lists it stands on"] == {"stolen_cards": "cards: policy/3"}


def test_pairs_hints_and_the_connection_are_told_in_words() -> None:
    stored = replace(
        FACTS,
        hints=HintFacts((("chromium", 148), ("brave", 148)), False, "Windows", 15, "x86", "64", model=False),
        edge=EdgeFacts(header_order=("host", "accept"), tcp_rtt_ms=21.04),
        pairs=(
            PairFacts("hardware", 18, 12, 9_000.0, "system+gpu", 0.014, 0.4, 210.2),
            PairFacts("locale", 1, 0, 9_000.0),
        ),
    )
    told = {group.title: dict(group.lines) for group in fact_groups(stored.as_json())}
    assert told["client hints"]["brands"] == "chromium 148, brave 148"
    assert told["connection"]["header order"] == "host, accept"
    assert told["connection"]["TCP round trip"] == "21.0 ms"
    assert told["rarest pairs of attributes"] == {
        "hardware": "system+gpu: seen 0 times, 210 by chance",
        "locale": "not known: learnt from 9000",
    }


def test_facts_of_a_later_or_an_earlier_version_are_shown_as_far_as_they_are_known() -> None:
    stored = FACTS.as_json() | {"future": {"x": 1}}
    del stored["network"]["as_kind"]
    shown = {group.title: dict(group.lines) for group in fact_groups(stored)}
    assert "future" not in shown
    assert shown["network"]["kind of network"] == NOT_KNOWN
    assert fact_groups({})


def test_a_person_is_shown_by_a_glimpse() -> None:
    person = {"name": "Alice Archer", "email": "alice.archer@gmail.com", "phone": "+14155552671", "ip": "72.224.214.33"}
    assert masked_person(person) == [("name", "A*** A***"), ("email", "a***@g***.com"), ("phone", "+1***71")]


def test_what_is_not_usable_is_not_shown_and_what_is_missing_is_named() -> None:
    assert masked_person({"email": "nobody", "name": "\u202e1 <b>"}) == [
        ("name", "*** ***"),
        ("email", "given, but not usable"),
        ("phone", "not given"),
    ]
