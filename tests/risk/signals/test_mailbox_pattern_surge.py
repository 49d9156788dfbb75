"""Mailboxes of one pattern."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.mailbox_pattern_surge import SIGNAL
from tests.risk.alice import alice, answer, with_


def counted(shape: str, network: tuple[int, int], *, week: int = 0, before: int = 0) -> Facts:
    """Alice with a pattern, and how many others had it, of how many from her network, and anywhere at her domain."""
    velocity = {
        "shape_network_accounts_1d": network[0],
        "network_accounts_1d": network[1],
        "shape_accounts_7d": week,
        "shape_accounts_before": before,
    }
    return replace(with_("mailbox", shape=shape, free=True), velocity=velocity)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(counted("w99", (5, 5)), "clear", id="five from the network"),
        pytest.param(counted("w99", (6, 6)), "mailbox_pattern_surge_network", id="six, and nobody else"),
        pytest.param(counted("w99", (8, 10)), "mailbox_pattern_surge_network", id="eight of ten"),
        pytest.param(counted("w99", (7, 10)), "clear", id="seven of ten"),
        pytest.param(counted("w99", (64, 128)), "clear", id="so many that the share cannot be told"),
        pytest.param(counted("w.w", (60, 60)), "clear", id="what a company gives all its people"),
        pytest.param(counted("w99", (60, 0)), "clear", id="no network known"),
        pytest.param(counted("x10", (0, 3), week=6), "mailbox_pattern_surge_domain", id="an unusual one, new"),
        pytest.param(counted("x10", (0, 3), week=6, before=4), "clear", id="an unusual one that was there before"),
        pytest.param(counted("w_w99", (0, 3), week=60), "clear", id="a usual one"),
        pytest.param(with_("mailbox", valid=False, shape=None), "unknown", id="no address"),
        pytest.param(with_("mailbox", free=True), "unknown", id="facts of before patterns were kept"),
        pytest.param(with_("mailbox", shape="w99"), "unknown", id="a domain of its own"),
        pytest.param(alice(mailbox=None), "unknown", id="no mailbox"),
        pytest.param(replace(counted("w99", (6, 6)), velocity={}), "unknown", id="not counted"),
        pytest.param(replace(counted("w99", (6, 6)), velocity=None), "unknown", id="counting failed"),
    ],
)
def test_one_pattern_must_fill_the_network_or_be_new(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
