"""Numbers, cards and lines in bulk."""

from itertools import pairwise

from bench.simulation.cards import issues
from bench.simulation.dice import Dice
from bench.simulation.operators.mail import MAILS
from bench.simulation.operators.stock import RENTED, Supplies, rented, sim_blocks, stolen_cards, virtual_cards
from bench.simulation.people import person
from bench.simulation.places import BY_CODE
from bench.simulation.world import World


def test_sim_cards_of_a_box_stand_near_each_other() -> None:
    numbers = sim_blocks(Dice("one"), 1)
    drawn = [int(numbers(BY_CODE["DE"])[1:]) for _ in range(50)]
    assert max(after - before for before, after in pairwise(drawn)) < 10
    assert rented(Dice("one"))(BY_CODE["DE"]).startswith("+49")


def test_rented_numbers_are_of_the_rows_that_a_service_has_and_in_no_order() -> None:
    numbers = rented(Dice("one"))
    drawn = [numbers(BY_CODE["DE"]) for _ in range(400)]
    assert RENTED[0] <= len({number[:-4] for number in drawn}) <= RENTED[1]
    assert len(set(drawn)) > 390
    assert sorted(drawn) != drawn


def test_virtual_cards_are_of_few_kinds_and_stolen_ones_of_many() -> None:
    virtual, stolen, country = virtual_cards(Dice("one"), 3), stolen_cards(Dice("one")), BY_CODE["US"]
    assert len({virtual(country)["bin"] for _ in range(200)}) <= 3
    drawn = [stolen(country) for _ in range(400)]
    assert len({one["bin"] for one in drawn}) > 20
    assert sum(one["cvc_check"] == "fail" for one in drawn) > 6


def test_one_operators_virtual_cards_are_kinds_that_people_of_the_country_have_too() -> None:
    virtual = virtual_cards(Dice("one"), 6)
    for code in ("DE", "BR"):
        drawn = {virtual(BY_CODE[code])["bin"] for _ in range(100)}
        assert drawn < {kind.bin for kind in issues(code).things}
    assert virtual_cards(Dice("one"), 6, "US")(BY_CODE["DE"])["issuer_country"] == "US"


def test_an_account_gets_what_its_operator_gives(world: World) -> None:
    dice = world.dice
    supplies = Supplies(MAILS["noise"](world), rented(dice), stolen_cards(dice), 0, 1)
    given = supplies.draw(world, person(world))
    assert given["phone"] is None
    assert given["payment"] is not None
