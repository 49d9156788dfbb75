"""A device that somebody keeps using speaks for them; one that everybody has does not."""

import pytest

from risk.facts import DeviceFacts, Facts
from risk.signals.device_long_known import SIGNAL
from tests.risk.alice import ALICE, alice, answer, others, with_


def old() -> DeviceFacts | None:
    """Alice's device, known for a year."""
    return with_("device", known_days=365.0).device


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="first seen now"),
        pytest.param(with_("device", known_days=29.9), "clear", id="29.9 days"),
        pytest.param(with_("device", known_days=30.0), "device_long_known", id="30 days"),
        pytest.param(
            alice(device=old(), velocity=others("device_accounts_30d", 6).velocity),
            "clear",
            id="old because it is common",
        ),
        pytest.param(alice(device=old(), velocity=None), "unknown", id="old, but who else has it is unknown"),
        pytest.param(with_("device", known_days=90.0, common=1), "clear", id="old, but another looks the same"),
        pytest.param(with_("device", known_days=90.0, common=0, confidence=0.8), "clear", id="perhaps another"),
        pytest.param(with_("device", known_days=90.0, common=0, confidence=0.99), "device_long_known", id="surely"),
        pytest.param(alice(missing={"device": "failed"}), "unknown", id="the lookup failed"),
        pytest.param(alice(device=None), "unknown", id="no device"),
    ],
)
def test_a_device_speaks_for_few(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
