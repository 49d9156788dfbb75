"""A number of a particular kind."""

import pytest

from risk.facts import Facts
from risk.signals.phone_voip import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="an ordinary number"),
        pytest.param(with_("phone", kind="voip"), "phone_voip", id="voip"),
        pytest.param(with_("phone", kind="toll_free"), "clear", id="toll free"),
        pytest.param(with_("phone", valid=False, country=None, kind=None), "unknown", id="not a valid number"),
        pytest.param(alice(phone=None), "unknown", id="not given"),
    ],
)
def test_only_its_own_kind_counts(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
