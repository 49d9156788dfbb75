"""Lies in labels, and tries until a source is shown, as bench.detector_attacks counts them."""

from math import log2
from typing import Any

import numpy as np
import pytest

from bench._poisoned import ACCUSES, CLEARS, HONESTLY, Lies, learnt, outcomes
from bench._probed import shown
from risk.probing import TRIED
from risk.rings.links import STORED, Link
from tests.bench.detection_records import records


def line(number: int, *, operator: str | None = None, codes: tuple[str, ...] = ()) -> dict[str, Any]:
    told = {"at": 1e9 + number, "operator": operator, "codes": list(codes), "outcome": "allow"}
    return {**told, "once": "challenge", "often": "review" if codes else "challenge"}


def history() -> list[dict[str, Any]]:
    """Two kinds of operators with a habit each, and people some of whom have one of these too."""
    made = [line(number, operator="script-1", codes=("browser_tool",)) for number in range(150)]
    made += [line(150 + number, operator="farm-1", codes=("mailbox_disposable",)) for number in range(80)]
    made += [line(230 + number, codes=("mailbox_disposable",) if number % 50 == 0 else ()) for number in range(1500)]
    return sorted(made, key=lambda each: each["at"] % 7)


def test_who_clears_the_accounts_of_its_own_kind_is_caught_less_and_no_other_kind_is() -> None:
    lines, luck = history(), np.random.default_rng(1)
    clean, lied = (learnt(lines, lines, lies, luck) for lies in (HONESTLY, Lies(CLEARS, 0.5)))
    assert lied.own <= clean.own
    assert lied.moved(clean) > 0.1
    assert clean.moved(clean) == 0


def test_accusing_innocents_without_a_reason_moves_weights_less_than_clearing() -> None:
    lines, luck = history(), np.random.default_rng(1)
    clean, cleared, accused = (
        learnt(lines, lines, lies, luck) for lies in (HONESTLY, Lies(CLEARS, 0.5), Lies(ACCUSES, 0.5))
    )
    assert accused.moved(clean) < cleared.moved(clean)


def test_outcomes_are_of_honest_people_who_were_allowed() -> None:
    counted = outcomes(history())
    assert counted["once"] == {"challenge": 1500}
    assert counted["often"] == {"challenge": 1470, "review": 30}


@pytest.mark.parametrize("distinct", [True, False])
def test_an_attacker_is_shown_at_its_sixth_try_and_knows_what_it_was_told_until_then(*, distinct: bool) -> None:
    own = records()
    base = np.zeros(STORED, dtype=np.int64)
    base[[Link.DEVICE, Link.NETWORK, Link.AGENT, Link.CANVAS, Link.HARDWARE, Link.FONTS, Link.LOCALE]] = 10**15
    tries = []
    for number in range(12):
        links = base.copy()
        links[Link.FONTS] += number if distinct else 0
        tries.append({"links": links.tolist(), "outcome": ["allow", "challenge"][number % 2], "score": number})
    at = [float(own.at.max()) + number for number in range(12)]
    found = shown({"kept": "device", "at": at, "tries": tries}, own)
    assert found.tries == (TRIED + 1 if distinct else None)
    if distinct:
        assert found.by_outcome == pytest.approx(6)
        assert found.by_score == pytest.approx(6 * log2(6))
