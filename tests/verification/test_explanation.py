"""What the explanation promises: words for every outcome and check, the least asked first, and nothing of why."""

import pytest

from risk.outcome import Outcome
from risk.signals import REASON_CODES
from tiers.ladder import CheckKind, NextStep
from verification.explanation import ASKED, TEXTS, TITLES, explain

STEPS = (
    NextStep("basic", ((CheckKind.EMAIL,), (CheckKind.PHONE, CheckKind.PAYMENT))),
    NextStep("full", ((CheckKind.DOCUMENT,),)),
)


def test_there_are_words_for_every_outcome_and_every_check() -> None:
    assert TITLES.keys() == TEXTS.keys() == set(Outcome)
    assert ASKED.keys() == set(CheckKind)


@pytest.mark.parametrize("outcome", Outcome)
def test_the_nearest_tier_is_what_is_explained(outcome: Outcome) -> None:
    told = explain(outcome, STEPS)
    assert [[ask.check for ask in way] for way in told.ways] == [["email"], ["phone", "payment"]]
    assert [ask.text for way in told.ways for ask in way] == [
        ASKED[kind] for kind in (CheckKind.EMAIL, CheckKind.PHONE, CheckKind.PAYMENT)
    ]
    assert "one of these ways" in str(told.texts[-1])


def test_without_a_way_none_is_promised() -> None:
    assert explain(Outcome.DENY, ()).ways == ()
    assert explain(Outcome.DENY, ()).texts == (TEXTS[Outcome.DENY],)


def test_who_is_allowed_is_told_that_nothing_more_is_needed() -> None:
    assert "None of it is needed" in " ".join(map(str, explain(Outcome.ALLOW, STEPS).texts))
    assert len(explain(Outcome.ALLOW, ()).texts) == 1


def test_a_ring_is_never_told_of() -> None:
    """Nothing outward tells which link gave somebody away, nor that there was one."""
    words = " ".join(map(str, (*TITLES.values(), *TEXTS.values(), *ASKED.values()))).lower().split()
    assert {"ring_suspected", "ring_confirmed"} <= REASON_CODES
    assert not {"ring", "rings", "linked", "group", "operator", "others", "shared", "accounts"}.intersection(words)


def test_no_word_is_that_of_a_signal() -> None:
    words = " ".join(map(str, (*TITLES.values(), *TEXTS.values(), *ASKED.values()))).lower()
    telling = ("score", "risk", "proxy", "vpn", "fraud", "suspicious", "bot", "fingerprint", "abuse", "weight")
    assert not [word for word in telling if word in words]
    assert not [code for code in REASON_CODES if code.replace("_", " ") in words]
