"""What is told of a ring for what its members do."""

import numpy as np
import pytest

from risk.rings.links import Link
from risk.rings.telling import USE, Proposal, in_use, remembered, rests_on_use, weightiest, why_used
from risk.rings.use.evidence import evidence
from tests.risk.rings.use.doers import Cast, all_in_one, use_of

PEOPLE, MEMBERS = 300, 30


def _proposal(score: float) -> Proposal:
    return Proposal(score, 1.0, [], [], {}, None)


def test_a_member_is_told_what_it_does_as_the_others_do() -> None:
    cast = Cast()
    groups = all_in_one(PEOPLE, MEMBERS)
    doing = in_use(evidence(use_of([*cast.people(PEOPLE), *cast.operator(MEMBERS)])), groups)
    lines = why_used(doing, np.arange(MEMBERS), 0)
    assert {line["link"] for line in lines} == {Link.ASKED.name, Link.EXIT.name}
    assert all(line["shared"] == MEMBERS and line["weight"] > 1 for line in lines)


def test_without_use_nothing_is_told_of_it() -> None:
    assert why_used(in_use(None, all_in_one(0, 3)), np.arange(3), 0) == []


def test_the_weightiest_line_comes_first() -> None:
    assert [line["weight"] for line in weightiest([{"weight": 1}, {"weight": 3}, {"weight": 2}])] == [3, 2, 1]


def test_a_round_that_does_not_look_at_use_keeps_what_was_said_of_it() -> None:
    kept = remembered(_proposal(40.0), [{"aspect": "device", "nats": 3.0}, {"aspect": USE, "nats": 5.0, "words": "…"}])
    assert kept.score > 95.0
    assert [line["aspect"] for line in kept.evidence] == [USE]


@pytest.mark.parametrize("evidence_before", [[], [{"aspect": "device", "nats": 3.0}]])
def test_a_ring_without_use_stays_as_it_is_scored(evidence_before: list[dict[str, object]]) -> None:
    assert remembered(_proposal(40.0), evidence_before).score == 40.0


@pytest.mark.parametrize(
    ("score", "nats", "rests"),
    [
        (92.5, 2.5, True),
        (99.99, 9.0, True),
        (99.99, 1.2, False),
        (97.0, 0.0, False),
        (97.0, -2.0, False),
        (0.0, 4.0, True),
    ],
)
def test_a_ring_rests_on_use_where_it_would_be_none_without(score: float, nats: float, *, rests: bool) -> None:
    assert rests_on_use(score, [{"aspect": "device", "nats": 3.0}, {"aspect": USE, "nats": nats}]) is rests
