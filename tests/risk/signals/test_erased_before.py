"""Whoever was held and then erased is met again by what was theirs alone, and more softly by a device."""

import pytest

from risk.facts import Facts, Listed
from risk.signals.erased_before import SIGNAL
from tests.risk.alice import ALICE, alice, answer


def met(*kinds: str) -> Facts:
    return alice(listed=tuple(Listed("erased", f"live:{number}", kind) for number, kind in enumerate(kinds)))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="nobody of the kind"),
        pytest.param(alice(listed=(Listed("known", "live:1", "emails"),)), "clear", id="another list"),
        pytest.param(met("emails"), "erased_before", id="mailbox"),
        pytest.param(met("phones"), "erased_before", id="phone"),
        pytest.param(met("cards"), "erased_before", id="card"),
        pytest.param(met("devices"), "erased_before_device", id="device"),
        pytest.param(met("devices", "phones"), "erased_before", id="device and phone"),
    ],
)
def test_a_tombstone_speaks_by_what_was_met(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
