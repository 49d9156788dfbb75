"""What a browser shows is taken coarsely, and only from browsers."""

from dataclasses import replace

import pytest

from risk.facts import EdgeFacts, HintFacts
from risk.traits import PAIRS, traits_of
from tests.risk.alice import ALICE, alice, with_


def test_an_ordinary_browser_shows_every_trait_but_the_connections() -> None:
    traits = traits_of(ALICE)
    asked = {trait for pair in PAIRS for trait in (pair.one, pair.other)}
    assert asked - set(traits) == {"hello", "fonts"}
    assert traits["gpu"] == "geforce rtx 30"
    assert (traits["screen"], traits["memory"], traits["client"]) == ("1920x1080", "8", "Chrome 148")


def test_the_connections_greeting_is_a_trait_where_the_proxy_passes_it() -> None:
    assert traits_of(alice(edge=EdgeFacts(ja4="t13d1516h2_8daaf6152771_02713d6af862")))["hello"].startswith("t13d")


def test_a_telephone_that_is_turned_shows_the_same_screen() -> None:
    phone = replace(with_("browser", os="Android", kind="mobile"), device=with_("device", screen=(915, 412, 24)).device)
    assert traits_of(phone)["screen"] == "412x915"


def test_memory_that_a_browser_never_tells_is_a_trait_and_a_device_that_tells_nothing_has_none() -> None:
    assert traits_of(with_("device", device_memory=None))["memory"] == "none"
    assert "memory" not in traits_of(with_("device", device_memory=None, hardware_concurrency=None))


def test_what_brave_draws_by_lot_is_left_out() -> None:
    hints = HintFacts((("chromium", 148), ("brave", 148)), mobile=False, platform="Windows", platform_major=15,
                      architecture="x86", bitness="64", model=False)  # fmt: skip
    assert not {"cores", "memory"} & set(traits_of(alice(hints=hints)))


@pytest.mark.parametrize("kind", ["bot", "tool"])
def test_a_program_shows_no_traits(kind: str) -> None:
    assert traits_of(with_("browser", kind=kind)) == {}
    assert traits_of(alice(browser=None)) == {}
