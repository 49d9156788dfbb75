"""How likely somebody else shows the same is learnt from traffic, and believed from a table before."""

import math

from risk.recognition.rarity import beyond, count_keys, rarity_of
from tests.risk.recognition.prints import desktop, learnt, phone, rarity


def test_before_any_traffic_a_desktop_is_believed_to_be_rarer_than_a_phone() -> None:
    assert rarity(desktop()).whole > 2 * rarity(phone()).whole


def test_what_many_share_weighs_less() -> None:
    alone = rarity(desktop(), [desktop(), *(desktop(canvas=f"c{n}") for n in range(50))])
    shared = rarity(desktop(), [desktop() for _ in range(51)])
    assert shared.weights["canvas"] < alone.weights["canvas"]


def test_what_goes_along_with_its_parent_weighs_little_however_rare_the_parent_is() -> None:
    """A rare phone's canvas is rare because the phone is, and that was counted with the GPU."""
    others = [phone(webgl_renderer=f"r{n}", canvas=f"c{n}") for n in range(500)]
    rare = [phone(webgl_renderer="rare", canvas="rare") for _ in range(6)]
    weights = rarity(rare[0], others + rare).weights
    assert weights["gpu"] > 4
    assert weights["canvas"] < 0.5


def test_a_print_that_others_have_is_never_rarer_than_they_are_many() -> None:
    prints = [desktop() for _ in range(11)] + [desktop(canvas=f"c{n}", fonts=(str(n),)) for n in range(89)]
    assert math.isclose(rarity(desktop(), prints).whole, math.log(100 / 10))


def test_the_device_itself_is_not_counted_among_the_others() -> None:
    assert rarity(desktop(), [desktop()]).at_most == math.inf


def test_a_visitor_id_tells_more_the_less_came_with_it() -> None:
    few, many = beyond(["timezone"], handset=False), beyond(desktop().values, handset=False)
    assert few > many == 0


def test_counts_that_contradict_each_other_stop_nothing() -> None:
    """Decay and clearing up leave children with more than their parents."""
    counts = dict.fromkeys(learnt([desktop()]), 7.5) | {0: 1.0}
    assert all(
        0 <= weight < math.inf for weight in rarity_of(desktop(), count_keys(desktop()), counts).weights.values()
    )
