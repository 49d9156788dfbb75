"""Mailboxes in bulk."""

import pytest

from bench.simulation.dice import Weighted
from bench.simulation.operators.mail import DOMAINS, MAILS, mailboxes
from bench.simulation.people import person
from bench.simulation.world import World


@pytest.mark.parametrize("kind", [kind for kind in MAILS if kind != "like_people"])
def test_every_source_gives_each_account_one_of_its_own(world: World, kind: str) -> None:
    source = MAILS[kind](world)
    drawn = [source(person(world)) for _ in range(100)]
    assert len(set(drawn)) == 100
    assert len({address.rpartition("@")[2] for address in drawn}) <= DOMAINS[1]


def test_the_first_source_is_used_oftenest(world: World) -> None:
    source = mailboxes(world, 4, Weighted([("catch_all", 1)]))
    assert len({source(person(world)).rpartition("@")[2] for _ in range(200)}) > 1
