"""A clock and a language that are both not of the network's country, and neither alone."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.device_abroad import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


def away(country: str, offset: int, *languages: str, as_kind: str = "access") -> Facts:
    """Somebody in a country whose device shows this clock and these languages."""
    device = with_("device", timezone_offset=offset, languages=languages).device
    return replace(with_("network", country=country, as_kind=as_kind), device=device)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="at home"),
        pytest.param(away("DE", 480, "zh-CN", "en"), "device_abroad", id="neither of the two"),
        pytest.param(away("DE", 60, "zh-CN"), "clear", id="a Chinese speaker in Germany"),
        pytest.param(away("DE", 480, "de-DE"), "clear", id="a German abroad behind a German network"),
        pytest.param(away("DE", 480, "en-US"), "clear", id="English, which is set everywhere"),
        pytest.param(away("CH", 480, "it"), "clear", id="one of several languages of the country"),
        pytest.param(away("PH", 0, "tl-PH"), "clear", id="a language by its old code"),
        pytest.param(away("DE", 480, "zh-CN", as_kind="hosting"), "unknown", id="a hosting network"),
        pytest.param(away("ZZ", 480, "zh-CN"), "unknown", id="no such country"),
        pytest.param(away("DE", 480), "unknown", id="no languages"),
        pytest.param(with_("device", timezone_offset=None), "unknown", id="no clock"),
        pytest.param(alice(device=None), "unknown", id="no device"),
        pytest.param(alice(network=None), "unknown", id="no network"),
    ],
)
def test_all_three_are_compared_with_each_other(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
