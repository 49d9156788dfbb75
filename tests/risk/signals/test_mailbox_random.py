"""A mailbox whose name looks drawn by lot; ordinary habits with numbers do not."""

import pytest

from risk.facts import Facts
from risk.lookups.mailbox import mailbox_facts
from risk.signals.mailbox_random import SIGNAL
from tests.risk.alice import ALICE, alice, answer


def of(address: str) -> Facts:
    """Alice with another address."""
    return alice(mailbox=mailbox_facts(address, "Alice Archer"))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="a name"),
        pytest.param(of("xk29fj3q8z@example.com"), "mailbox_random", id="drawn by lot"),
        pytest.param(of("a3f9c2d17be0@example.com"), "mailbox_random", id="hexadecimal"),
        pytest.param(of("jsmith1987@example.com"), "clear", id="a name and a year"),
        pytest.param(of("john.smith42@example.com"), "clear", id="a name and a number"),
        pytest.param(of("1984.orwell@example.com"), "clear", id="a number in front"),
        pytest.param(of("12345678@qq.com"), "clear", id="a number alone, as is usual at QQ"),
        pytest.param(of("nguyen.thi.phuong.anh@example.com"), "clear", id="a long name"),
        pytest.param(of("krzysztof.brzeczyszczykiewicz@example.com"), "clear", id="many different letters"),
        pytest.param(of("k2@example.com"), "clear", id="too short to tell"),
        pytest.param(of("dpdc3nf87n@privaterelay.appleid.com"), "clear", id="Apple's relay draws by lot for everybody"),
        pytest.param(of("not an address"), "unknown", id="no address"),
        pytest.param(alice(mailbox=None), "unknown", id="not given"),
    ],
)
def test_only_digits_scattered_among_letters_count(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected


def test_whose_name_it_is_plays_no_part() -> None:
    named, unnamed = (mailbox_facts("xk29fj3q8z@example.com", name) for name in ("Xk Zfj", "\u738b\u82b3"))
    assert SIGNAL.look(alice(mailbox=named)) == SIGNAL.look(alice(mailbox=unnamed))
