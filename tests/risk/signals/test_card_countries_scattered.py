"""Three countries."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.card_countries_scattered import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


def abroad(card: str, phone: str, network: str) -> Facts:
    """Alice with a card, a phone and a network of these countries."""
    return replace(
        with_("card", issuer_country=card),
        phone=with_("phone", country=phone).phone,
        network=with_("network", country=network).network,
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="all one"),
        pytest.param(with_("card", issuer_country="LT"), "clear", id="the card from elsewhere"),
        pytest.param(abroad("LT", "DE", "ES"), "card_countries_scattered", id="all three different"),
        pytest.param(abroad("DE", "DE", "ES"), "clear", id="a traveller with the card and phone of home"),
        pytest.param(abroad("LT", "ES", "ES"), "clear", id="a local phone"),
        pytest.param(with_("network", as_kind="hosting"), "unknown", id="a hosting network"),
        pytest.param(with_("network", country=None), "unknown", id="no country of the network"),
        pytest.param(with_("phone", country=None), "unknown", id="no country of the phone"),
        pytest.param(with_("card", issuer_country=None), "unknown", id="no country of the card"),
        pytest.param(alice(card=None), "unknown", id="no card"),
        pytest.param(alice(phone=None), "unknown", id="no phone"),
        pytest.param(alice(network=None), "unknown", id="no network"),
    ],
)
def test_only_three_different_countries_count(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
