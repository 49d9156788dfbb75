"""The ladder's table is read strictly, and one that is worth less higher up is refused with its line."""

import copy
from datetime import timedelta
from typing import Any

import pytest
import yaml

from risk.policies.store import DEFAULT
from risk.policyerror import PolicyError
from tiers import policies
from tiers.ladder import Movement
from tiers.table import fit, gives_less, parse

TEXT = DEFAULT.read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = yaml.safe_load(TEXT)
TOP, LAST = DOCUMENT["ladder"][0], DOCUMENT["ladder"][-1]
MOST = TOP["limits"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ladder": []}, "a list of rungs"),
        ({"ladder": DOCUMENT["ladder"][:-1]}, "last line has to take everybody"),
        ({"ladder": [DOCUMENT["ladder"][0], *DOCUMENT["ladder"]]}, "one line only"),
        ({"ladder": [{"tier": "x"}]}, r"ladder\.0: 'needs'"),
        ({"checks": {}}, "a line for each"),
        ({"checks": {**DOCUMENT["checks"], "email": {"half_life_days": 0}}}, "above 0"),
        ({"checks": {**DOCUMENT["checks"], "email": 7}}, "each line is a table"),
        ({"checks": {**DOCUMENT["checks"], "email": {"half_life_days": 1, "cost": -1}}}, "US cents"),
        ({"checks": {**DOCUMENT["checks"], "email": {"half_life_days": 1, "cost": True}}}, "US cents"),
        ({"ladder": [{**TOP, "challenged_needs": [["email"]]}]}, r"ladder\.0\.challenged_needs\.0: .* asks for less"),
        ({"ladder": [{**TOP, "earned_days": -1}]}, r"ladder\.0: earned_days -1"),
        ({"ladder": [{**TOP, "needs": [{"proofs": [], "earned_days": True}]}]}, r"ladder\.0: earned_days True"),
        ({"ladder": [{**TOP, "needs": [{"earned_days": 3}]}]}, r"ladder\.0: 'proofs'"),
        ({"ladder": [{**TOP, "highest_score": 101}]}, r"ladder\.0: highest_score 101"),
        ({"ladder": [{**TOP, "entitlements": {"seats": None}}]}, "is not a number, a text or a list of texts"),
        ({"ladder": [{**TOP, "entitlements": {"models": "large"}}]}, r"ladder\.0\.entitlements\.models: a list"),
        ({"ladder": [{**TOP, "entitlements": {"seats": "x" * 2050}}]}, r"ladder\.0\.entitlements: longer as JSON"),
        ({"ladder": [{**LAST, "highest_score": 99}]}, "last line has to take everybody"),
        ({"ladder": [{**LAST, "earned_days": 1}]}, "last line has to take everybody"),
        ({"movement": ["fast"]}, "movement: a table"),
        ({"movement": {"rise_margin": -1}}, r"movement\.rise_margin: -1"),
        ({"movement": {"rise_margin": 3}}, "nobody waits, or for ever"),
        ({"movement": {"notice_days": "soon"}}, r"movement\.notice_days"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_with_its_place(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        parse({**DOCUMENT, **change})


@pytest.mark.parametrize("asks", [["email"], {"refuse": []}, {"review": ["blood"]}, {"review": 3}])
def test_what_an_outcome_asks_for_is_read_strictly(asks: Any) -> None:
    with pytest.raises(PolicyError, match=r"^asks"):
        parse({**DOCUMENT, "asks": asks})


def test_entitlements_are_numbers_texts_and_lists_as_they_were_written() -> None:
    document = copy.deepcopy(DOCUMENT)
    given = {"seats": 3, "share": 0.5, "support": "email", "beta": True, "models": ["small", "large"]}
    document["ladder"][0]["entitlements"] = given
    for line in document["ladder"][1:]:
        line["entitlements"] = {"models": ["small"]}
    rung = fit(parse(document)).rungs[0]
    assert dict(rung.entitlements) == {**given, "models": ("small", "large")}


def test_a_policy_without_movement_tells_everybody_and_lets_nobody_wait() -> None:
    document = copy.deepcopy(DOCUMENT)
    del document["movement"]
    assert parse(document).movement == Movement()
    assert (Movement().rise_after, Movement().notice) == (timedelta(0), timedelta(days=14))


@pytest.mark.parametrize(
    ("rung", "change", "says"),
    [
        (0, {"limits": {"requests_per_minute": 100}}, "ladder.0.limits.requests_per_minute: trusted has 100"),
        (1, {"limits": {**MOST, "seats": 5}}, "ladder.1.limits.seats: standard has 5, and basic below it has none"),
        (0, {"entitlements": {"models": ["large"]}}, "ladder.0.entitlements.models: standard below it may use more"),
    ],
)
def test_a_rung_that_gives_less_than_one_below_it_is_named(rung: int, change: dict[str, Any], says: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["ladder"][rung] |= change
    assert gives_less(parse(document))[0].startswith(says)
    with pytest.raises(PolicyError) as refused:
        fit(parse(document))
    assert refused.value.place == says.partition(":")[0]


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(TEXT.splitlines(), 1) if text in line)


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("requests_per_minute: 600", "requests_per_minute: 60", "requests_per_minute: 600"),
        (
            "challenged_needs: [[proof_of_work], [email]",
            "challenged_needs: [[proof_of_work], [email]",
            "challenged_needs:",
        ),
        ("concurrency: 8}", "concurrency: 2}", "concurrency: 8}"),
    ],
)
def test_a_policy_that_gives_more_with_less_is_refused_with_its_line(old: str, new: str, at: str) -> None:
    text = TEXT.replace(old, new)
    if old == new:  # a challenge that opens what nothing else opens
        text = text.replace("    needs: [[]]\n    challenged", "    needs: [[email]]\n    challenged")
    with pytest.raises(PolicyError, match=rf"^mine\.yaml:{line_of(at)}: ladder\.\d\."):
        policies.load(text, "mine.yaml")


@pytest.mark.parametrize(
    "change",
    [
        "highest_score: -1",
        "earned_days: 1.5",
        "entitlements: {models: [a, a]}",
        "entitlements: {seats: {many: 1}}",
        "limits: {Requests: 1}",
    ],
)
def test_what_the_schema_does_not_know_is_refused_with_its_line(change: str) -> None:
    text = TEXT.replace("    highest_score: 10\n", f"    {change}\n")
    if change.startswith("limits"):
        text = text.replace("    limits: {requests_per_minute: 600", "    entitlements: {requests_per_minute: 600")
    with pytest.raises(PolicyError, match=r"^mine\.yaml:\d+: ladder\.0"):
        policies.load(text, "mine.yaml")
