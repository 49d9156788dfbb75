"""Cards are as a processor reports them."""

from bench.simulation.cards import bulk, card, issue, issues
from bench.simulation.dice import Dice


def test_an_issuer_is_the_same_in_every_history() -> None:
    assert [one.bin for one in issues("DE").things] == [one.bin for one in issues.__wrapped__("DE").things]
    assert len(issues("DE").things) == 240


def test_a_number_begins_as_its_brands_do() -> None:
    dice = Dice("one")
    drawn = [issue(dice, "US") for _ in range(300)]
    starts = {"visa": ("4",), "mastercard": ("51", "52", "53", "54", "55"), "amex": ("37",)}
    assert all(one.bin.startswith(starts[one.brand]) and len(one.bin) == 6 for one in drawn)
    assert issue(dice, "US", "prepaid").funding == "prepaid"


def test_checks_of_honest_cards_fail_now_and_then_and_post_codes_are_checked_where_issuers_do() -> None:
    dice = Dice("one")
    german = [card(dice, "DE") for _ in range(3000)]
    failed = sum(one["cvc_check"] == "fail" for one in german)
    assert 15 < failed < 90
    at_home = [one for one in german if one["issuer_country"] == "DE"]
    assert len(at_home) > 2900
    assert all(one["postal_check"] != "fail" for one in at_home)
    assert len({one["fingerprint"] for one in german}) == 3000


def test_cards_in_bulk_are_of_kinds_that_people_have_and_of_rare_ones_oftener() -> None:
    dice, common = Dice("one"), {kind.bin for kind in issues("DE").things[:30]}
    kinds = {kind.bin for kind in issues("DE").things}
    drawn = [dice.one(bulk("DE")) for _ in range(2000)]
    held = [dice.one(issues("DE")) for _ in range(2000)]
    assert {kind.bin for kind in drawn} <= kinds
    assert 1.3 * sum(kind.bin in common for kind in drawn) < sum(kind.bin in common for kind in held)
    assert sum(kind.funding == "prepaid" for kind in drawn) > sum(kind.funding == "prepaid" for kind in held)
