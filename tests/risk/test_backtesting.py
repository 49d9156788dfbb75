"""A tally counts the same however the work was shared, and its numbers add up."""

from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.backtesting import (
    EXAMPLES,
    VALUES_MOST,
    Caught,
    Judgement,
    Labelled,
    Row,
    Stored,
    Tally,
    changes,
    difference,
)
from risk.facts import Facts
from risk.outcome import Outcome
from risk.policies.store import DEFAULT, read
from risk.policy import parse
from risk.scoring import examine, judge, weigh
from risk.signals import REASON_CODES
from tests.risk.alice import ALICE
from tests.risk.test_scoring import BAD, NOTHING

DOCUMENT = read(DEFAULT)
IN_FORCE = parse(DOCUMENT, known_reasons=REASON_CODES)
DRAFT = parse(
    {**DOCUMENT, "prior": 0.3, "multipliers": {**DOCUMENT["multipliers"], "network_hosting": 1}},
    known_reasons=REASON_CODES,
)


def row(subject: int, facts: Facts, *, label: bool | None = None) -> Row:
    before, after = judge(facts, IN_FORCE), judge(facts, DRAFT)
    labelled = None if label is None else Labelled(label, before.outcome, after.outcome)
    return Row(
        facts,
        Stored(subject, before.outcome, before.score, IN_FORCE.digest),
        Judgement(before, before.outcome, held=False),
        Judgement(after, after.outcome, held=after.outcome is Outcome.REVIEW),
        labelled,
    )


KINDS = [ALICE, BAD, NOTHING, replace(BAD, network=None), replace(ALICE, browser=None)]
ROWS = [row(subject, KINDS[subject % 5], label=[None, True, False][subject % 3]) for subject in range(60)]


def tallied(rows: list[Row]) -> Tally:
    tally = Tally()
    for one in rows:
        tally.add(one)
    return tally


@given(cuts=st.lists(st.integers(0, len(ROWS)), max_size=5), backwards=st.booleans())
def test_shares_of_the_work_add_up_to_the_whole(cuts: list[int], *, backwards: bool) -> None:
    places = [0, *sorted(cuts), len(ROWS)]
    shares = [ROWS[start:end] for start, end in pairwise(places)]
    merged = Tally()
    for share in reversed(shares) if backwards else shares:
        merged.merge(Tally.from_json(msgspec.json.decode(msgspec.json.encode(tallied(share).as_json()))))
    whole = tallied(ROWS)
    for code, change in merged.reasons.items():
        assert change.weight == pytest.approx(whole.reasons[code].weight)
        change.weight = whole.reasons[code].weight  # floats, added up in another order
    assert merged == whole


def test_every_account_is_in_one_cell_and_one_value_of_each_group() -> None:
    tally = tallied(ROWS)
    moved = [one for one in ROWS if one.before.verdict.outcome != one.after.verdict.outcome]
    assert moved
    assert sum(sum(cells.values()) for cells in tally.outcomes.values()) == tally.total == len(ROWS)
    for values in tally.groups.values():
        assert sum(share.total for share in values.values()) == len(ROWS)
        assert sum(share.harsher + share.softer for share in values.values()) == len(moved)
    assert all(len(examples) <= EXAMPLES for examples in tally.examples.values())


def test_looking_once_for_two_policies_is_judging_by_each() -> None:
    for facts in KINDS:
        findings = examine(facts)
        assert [weigh(facts, findings, policy) for policy in (IN_FORCE, DRAFT)] == [
            judge(facts, IN_FORCE),
            judge(facts, DRAFT),
        ]


def test_facts_are_read_from_text_as_they_are_from_their_stored_form() -> None:
    for facts in KINDS:
        text = msgspec.json.encode(facts.as_json())
        assert msgspec.json.decode(text, type=Facts) == Facts.from_json(facts.as_json()) == facts


def test_reasons_that_weigh_otherwise_are_told_and_the_prior_with_them() -> None:
    found = changes(judge(BAD, IN_FORCE), judge(BAD, DRAFT))
    assert found["network_hosting"][1] == 0
    assert found["(prior)"] == (IN_FORCE.prior, DRAFT.prior)
    assert "mailbox_disposable" not in found


def test_what_was_decided_otherwise_is_told_with_its_policy() -> None:
    tally, one = Tally(), row(1, BAD)
    tally.add(replace(one, stored=replace(one.stored, outcome="allow")))
    tally.add(replace(one, stored=replace(one.stored, score=1.0, policy="older")))
    assert tally.stored == {"outcome, same policy": 1, "score only, another policy": 1}


def test_a_group_does_not_grow_without_bound() -> None:
    tally = Tally()
    assert ALICE.browser is not None
    one = row(1, ALICE)
    for number in range(VALUES_MOST + 50):
        facts = replace(ALICE, browser=replace(ALICE.browser, family=f"Browser {number}"))
        tally.add(replace(one, facts=facts))
    assert len(tally.groups["browser"]) == VALUES_MOST + 1
    assert tally.groups["browser"]["(other)"].total == 50


def test_intervals_hold_the_share_and_are_those_of_the_books() -> None:
    change, low, high = difference(Caught(total=100, before=20, after=30, only_before=2, only_after=12))
    assert change == pytest.approx(0.1)
    assert low < change < high
    assert low > 0
    assert difference(Caught()) == (0.0, -1.0, 1.0)
