"""Numbers, cards and lines in bulk."""

from itertools import pairwise

from bench.simulation.dice import Dice
from bench.simulation.operators.mail import MAILS
from bench.simulation.operators.stock import Supplies, proxies, rented, sim_blocks, stolen_cards, virtual_cards
from bench.simulation.people import person
from bench.simulation.places import BY_CODE
from bench.simulation.world import World


def test_sim_cards_of_a_box_stand_near_each_other() -> None:
    numbers = sim_blocks(Dice("one"), BY_CODE["DE"], 1)
    drawn = [int(numbers()[1:]) for _ in range(50)]
    assert max(after - before for before, after in pairwise(drawn)) < 10
    assert rented(Dice("one"), BY_CODE["DE"])().startswith("+49")


def test_virtual_cards_are_of_few_kinds_and_stolen_ones_of_many() -> None:
    virtual, stolen = virtual_cards(Dice("one"), 3, "US"), stolen_cards(Dice("one"), "US")
    assert len({virtual()["bin"] for _ in range(200)}) <= 3
    drawn = [stolen() for _ in range(400)]
    assert len({one["bin"] for one in drawn}) > 20
    assert sum(one["cvc_check"] == "fail" for one in drawn) > 15


def test_proxies_are_peoples_lines(world: World) -> None:
    who = person(world)
    pools = [proxies(world, 40) for _ in range(20)]
    distinct = [len({lines(who) for _ in range(40)}) for lines in pools]
    assert max(distinct) > 30
    assert min(distinct) < 30


def test_an_account_gets_what_its_operator_gives(world: World) -> None:
    dice, country = world.dice, BY_CODE["US"]
    supplies = Supplies(MAILS["noise"](world), rented(dice, country), stolen_cards(dice, "US"), 0, 1)
    given = supplies.draw(world, person(world))
    assert given["phone"] is None
    assert given["payment"] is not None
