"""Velocities are declared in the policy, and what is declared amiss is refused with its place."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from risk.kinds import IdentifierKind
from risk.places import block
from risk.policy import parse
from risk.policyerror import PolicyError
from risk.signals import REASON_CODES
from risk.velocities import DEFAULT, READ_BY_SIGNALS, Velocity, lacking, parse_velocities

ROOT = Path(__file__).parents[2]
POLICY: dict[str, Any] = yaml.safe_load((ROOT / "risk" / "policies" / "default.yaml").read_text(encoding="utf-8"))


def with_(name: str, declared: object) -> dict[str, Any]:
    return {"velocities": {**POLICY["velocities"], name: declared}}


def test_the_default_policy_declares_what_an_older_one_without_the_section_gets() -> None:
    assert parse(POLICY, known_reasons=REASON_CODES).velocities == DEFAULT
    older = {name: part for name, part in POLICY.items() if name != "velocities"}
    assert parse(older, known_reasons=REASON_CODES).velocities == DEFAULT


def test_an_analyst_declares_more_than_signals_read() -> None:
    more = {"of": "mailbox_shape", "block": 10_000, "within": "36h", "before": "2d", "most": 500}
    *_, velocity = parse_velocities(with_("shapes_two_days_ago", more))
    shape, hours = IdentifierKind.MAILBOX_SHAPE, timedelta(hours=36)
    assert velocity == Velocity("shapes_two_days_ago", shape, hours, timedelta(days=2), 10_000, 500)


def test_an_analyst_may_give_what_signals_read_another_window() -> None:
    velocities = parse_velocities(with_("network_accounts_10m", {"of": "network", "within": "20m"}))
    assert {v.name: v for v in velocities}["network_accounts_10m"].window == timedelta(minutes=20)


GOOD = {"of": "device", "within": "24h"}
WRONG: list[Any] = [
    pytest.param("mine", {"of": "device"}, "velocities.mine.within: None", id="no window"),
    pytest.param("mine", {"within": "24h"}, "velocities.mine.of: None", id="of nothing"),
    pytest.param("mine", {**GOOD, "of": "shoe_size"}, "velocities.mine.of: 'shoe_size'", id="of what is not counted"),
    pytest.param("mine", {**GOOD, "of": "DEVICE"}, "velocities.mine.of: 'DEVICE'", id="of in capitals"),
    pytest.param("mine", {**GOOD, "of": ["device"]}, "velocities.mine.of: ", id="of a list"),
    pytest.param("mine", {**GOOD, "within": 24}, "velocities.mine.within: 24", id="number for a length"),
    pytest.param("mine", {**GOOD, "within": "0h"}, "velocities.mine.within: '0h'", id="no time at all"),
    pytest.param("mine", {**GOOD, "within": "401d"}, "velocities.mine.within: 401d", id="too long"),
    pytest.param("mine", {**GOOD, "within": "99999d"}, "velocities.mine.within: 99999d", id="far too long"),
    pytest.param("mine", {**GOOD, "before": "400d"}, "velocities.mine.within: reaches 401", id="together too long"),
    pytest.param("mine", {**GOOD, "before": None}, "velocities.mine.before: None", id="gap of nothing"),
    pytest.param("mine", {**GOOD, "block": 10}, "velocities.mine.block: 10", id="block of what has no place"),
    pytest.param("mine", {**GOOD, "block": True}, "velocities.mine.block: True", id="truth for a block"),
    pytest.param("mine", {**GOOD, "of": "phone_place", "block": 7}, "velocities.mine.block: 7", id="odd block"),
    pytest.param("mine", {**GOOD, "most": 0}, "velocities.mine.most: 0", id="at most none"),
    pytest.param("mine", {**GOOD, "most": 513}, "velocities.mine.most: 513", id="at most too many"),
    pytest.param("mine", {**GOOD, "most": 2.5}, "velocities.mine.most: 2.5", id="at most a half"),
    pytest.param("mine", {**GOOD, "colour": 1}, "velocities.mine.colour: ", id="unknown field"),
    pytest.param("mine", "24h", "velocities.mine: ", id="text for a table"),
    pytest.param("Mine", GOOD, "velocities.Mine: ", id="capital in a name"),
    pytest.param("m" * 61, GOOD, f"velocities.{'m' * 61}: ", id="endless name"),
    pytest.param(7, GOOD, "velocities.7: ", id="number for a name"),
    pytest.param("device_accounts_30d", {**GOOD, "of": "card"}, "velocities.device_accounts_30d.of: ", id="other kind"),
    pytest.param(
        "phone_10_accounts_30d", {**GOOD, "of": "phone_place"}, "velocities.phone_10_accounts_30d.of: ", id="no block"
    ),
]


@pytest.mark.parametrize(("name", "declared", "said"), WRONG)
def test_what_is_declared_amiss_is_refused_with_its_place(name: Any, declared: object, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_velocities(with_(name, declared))
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    "section", [[], "all", {f"v{number}": GOOD for number in range(61)}], ids=["list", "text", "too many"]
)
def test_a_section_that_is_no_table_or_too_long_is_refused(section: object) -> None:
    with pytest.raises(PolicyError, match=r"^velocities: "):
        parse_velocities({"velocities": section})


@pytest.mark.parametrize("name", [velocity.name for velocity in READ_BY_SIGNALS])
def test_a_policy_that_lacks_what_a_signal_reads_is_refused_by_name(name: str) -> None:
    without = {other: given for other, given in POLICY["velocities"].items() if other != name}
    with pytest.raises(PolicyError, match=f"^velocities: signals read {name}, "):
        parse_velocities({"velocities": without})
    assert lacking(parse_velocities({"velocities": without}, past=True), [name]) == [name]


def test_what_signals_read_is_what_is_said_to_be_read() -> None:
    named = re.compile(r"[a-z0-9_]+_accounts_(?:before|\d+[mhd])")
    read: set[str] = set()
    for path in (ROOT / "risk" / "signals").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.fullmatch(node.value):
                read.add(node.value)
    read |= {f"phone_{size}_accounts_30d" for size in (10, 100, 1_000)}  # phone_block makes these names
    assert read - {"_accounts_30d"} == {velocity.name for velocity in READ_BY_SIGNALS}


@pytest.mark.parametrize("velocity", DEFAULT, ids=lambda velocity: velocity.name)
def test_a_block_is_as_wide_as_places_have_it(velocity: Velocity) -> None:
    low, high = block(123_456_789_012_345, velocity.size) if velocity.size > 1 else (5, 5)
    assert high - low == (1 << velocity.bits) - 1
