"""Numbers that anybody can read."""

import pytest

from risk.facts import Facts
from risk.signals.phone_disposable import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(with_("phone", disposable=False), "clear", id="not on the list"),
        pytest.param(with_("phone", disposable=True), "phone_disposable", id="on the list"),
        pytest.param(ALICE, "unknown", id="no list"),
        pytest.param(with_("phone", valid=False), "unknown", id="no number"),
        pytest.param(alice(phone=None), "unknown", id="not given"),
    ],
)
def test_without_a_list_nothing_is_known(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
