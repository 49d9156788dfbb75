"""A device is known again when that is clearly likelier than chance, and told how sure that is."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import BrowserFacts
from risk.recognition.components import Print
from risk.recognition.matching import COMMON_CAP, SURE, Candidate, Known, Match, match
from risk.recognition.rarity import count_keys, rarity_of
from tests.risk.recognition.prints import CHROME, desktop, learnt, phone, rarity


def known_again(seen: Print, *known: Print, days: float = 7, among: list[Print] | None = None) -> Match:
    """The match of a print with devices on record, numbered from 0."""
    candidates = [Candidate(number, record, days) for number, record in enumerate(known)]
    return match(seen, candidates, rarity(seen, [*known, *(among or [])]))


def traffic(size: int = 1000) -> list[Print]:
    """Other desktops, all of them different."""
    return [
        desktop(visitor_id=f"o{n}", canvas=f"c{n % 90}", webgl_renderer=f"g{n % 40}", fonts=(f"f{n % 70}",))
        for n in range(size)
    ]


def test_the_same_print_of_a_desktop_is_the_same_device() -> None:
    answer = known_again(desktop(), desktop(), among=traffic())
    assert (answer.how, answer.number, answer.common) == (Known.EXACT, 0, 0)
    assert answer.confidence
    assert answer.confidence > 0.99


@pytest.mark.parametrize(
    "changes",
    [
        {"canvas": "new"},
        {"screen": "2560x1440x24"},
        {"timezone": "Asia/Tokyo"},
        {"fonts": ("Arial", "Calibri", "Segoe UI", "Futura")},
        {"languages": ("de", "en-US")},
        {"audio": "new", "canvas": "new"},
    ],
)
def test_a_desktop_that_changed_a_little_is_near(changes: dict[str, Any]) -> None:
    answer = known_again(desktop(visitor_id="d2", **changes), desktop(), days=20, among=traffic())
    assert (answer.how, answer.number) == (Known.NEAR, 0)


def test_a_desktop_that_shares_only_what_many_share_is_new() -> None:
    other = desktop(visitor_id="d2", canvas="x", fonts=("X",), webgl_renderer="x", hardware_concurrency=4)
    assert known_again(other, desktop(), among=traffic()).how is Known.NEW


def test_stock_phones_that_look_alike_are_not_merged_and_the_answer_says_how_common_they_are() -> None:
    crowd = [phone() for _ in range(30)]
    answer = known_again(phone(), *crowd[:8], among=crowd[8:] + traffic())
    assert (answer.how, answer.number) == (Known.NEW, None)
    assert answer.common
    assert answer.common >= 20


def test_the_second_stock_phone_of_a_new_install_is_not_taken_for_the_first() -> None:
    assert known_again(phone(), phone()).how is Known.NEW


def test_a_phone_with_something_of_its_own_is_known_again() -> None:
    crowd = [phone(visitor_id=f"p{n % 9}", timezone=f"z{n % 9}", screen=f"{n % 5}x900x24") for n in range(500)]
    own: dict[str, Any] = {"timezone": "Asia/Thimphu", "languages": ("dz", "en-GB", "hi"), "fonts": ("Own",)}
    answer = known_again(phone(visitor_id="own", **own), phone(visitor_id="own", **own), among=crowd)
    assert answer.how is Known.EXACT


def test_between_two_alike_nobody_is_sure() -> None:
    answer = known_again(desktop(), desktop(), desktop(), among=traffic())
    assert answer.how is Known.NEW
    assert answer.confidence
    assert answer.confidence <= 0.5
    assert answer.common == 2


def test_of_two_the_nearer_is_taken() -> None:
    changed = desktop(visitor_id="d2", fonts=("X",), canvas="x", webgl_renderer="y")
    assert known_again(desktop(), changed, desktop(), among=traffic()).number == 1


@pytest.mark.parametrize(
    "browser",
    [
        BrowserFacts("pc", "Chrome", 147, "Windows", 10, ()),
        BrowserFacts("pc", "Chrome", 148, "Windows", 8, ()),
        BrowserFacts("pc", "Firefox", 148, "Windows", 10, ()),
        BrowserFacts("pc", "Chrome", 148, "Linux", 10, ()),
    ],
    ids=["an older version", "an older system", "another browser", "another system"],
)
def test_a_version_that_goes_back_or_another_system_is_another_device(browser: BrowserFacts) -> None:
    assert known_again(desktop(browser), desktop(), among=traffic()).how is Known.NEW


def test_the_next_version_of_the_browser_is_the_same_device_and_a_leap_speaks_against_it() -> None:
    def at(version: int) -> float:
        answer = known_again(desktop(replace(CHROME, major=version), canvas="n"), desktop(), days=1, among=traffic())
        return answer.confidence or 0

    assert at(149) > SURE[False] > 0
    assert at(160) < at(149)


def test_a_visitor_id_alone_is_exact_or_new_and_says_nothing_of_how_sure() -> None:
    bare = Print(visitor=7, values={})
    assert known_again(bare, bare) == Match(Known.EXACT, 0)
    assert known_again(bare, Print(visitor=8, values={})) == Match(Known.NEW)
    assert known_again(Print(visitor=None, values={}), Print(visitor=None, values={})) == Match(Known.NEW)


def test_a_device_of_which_only_the_visitor_id_is_on_record_is_known_by_it() -> None:
    answer = known_again(desktop(), Print(visitor=desktop().visitor, values={}), among=traffic())
    assert (answer.how, answer.number) == (Known.EXACT, 0)


def test_devices_that_differ_in_the_visitor_id_alone_are_hardly_the_same() -> None:
    same = known_again(desktop(), desktop(), days=1).confidence or 0
    other = known_again(desktop(visitor_id="d2"), desktop(), days=1).confidence or 0
    assert other < same


def test_how_common_a_print_is_has_a_cap() -> None:
    crowd = [phone() for _ in range(500)]
    assert known_again(phone(), among=crowd).common == COMMON_CAP


def test_the_longer_ago_the_surer_that_nothing_has_to_be_the_same() -> None:
    changed = desktop(visitor_id="d2", canvas="x")
    soon = known_again(changed, desktop(), days=0.01, among=traffic()).confidence or 0
    late = known_again(changed, desktop(), days=60, among=traffic()).confidence or 0
    assert late > soon


@given(st.floats(-1e6, 1e6), st.lists(st.sampled_from(["a", "b", "c"]), max_size=6))
def test_any_candidates_get_a_probability(days: float, canvases: list[str]) -> None:
    seen = desktop()
    counts = learnt([seen])
    candidates = [Candidate(n, desktop(canvas=canvas), days) for n, canvas in enumerate(canvases)]
    answer = match(seen, candidates, rarity_of(seen, count_keys(seen), counts))
    assert answer.confidence is not None
    assert 0 <= answer.confidence <= 1
