"""A made-up history as the benchmark of detection sees it, with traces of a few links only."""

import numpy as np

from bench._detection_records import Records
from bench.simulation.world import STARTS
from risk.rings.links import STORED, Link
from risk.rings.tells import WORDS

HONEST_PEOPLE, OF_OPERATOR = 400, 30


def records(seed: int = 1) -> Records:
    """People of two groups, all different; a script with what colleagues may share; an antidetect with what none do."""
    dice = np.random.default_rng(seed)
    number = HONEST_PEOPLE + 2 * OF_OPERATOR
    links = np.zeros((number, STORED), dtype=np.int64)
    for link in (
        Link.ADDRESS,
        Link.NETWORK,
        Link.DEVICE,
        Link.PRINT,
        Link.CARD,
        Link.PHONE,
        Link.MAILBOX,
        Link.BIN,
        Link.DOMAIN,
    ):
        links[:, link] = dice.integers(1, 2**60, number)
    links[:, Link.COUNTRY] = 7
    script, careful = slice(HONEST_PEOPLE, HONEST_PEOPLE + OF_OPERATOR), slice(HONEST_PEOPLE + OF_OPERATOR, number)
    for link in (Link.ADDRESS, Link.NETWORK, Link.DEVICE, Link.PRINT, Link.CARD):
        links[script, link] = 11
    links[careful, Link.PHONE_100] = links[careful, Link.DOMAIN] = links[careful, Link.BIN] = 12
    operator = np.array([""] * HONEST_PEOPLE + ["script-1"] * OF_OPERATOR + ["antidetect-1"] * OF_OPERATOR)
    group = np.array(["household"] * 40 + ["ordinary"] * (HONEST_PEOPLE - 40) + ["operator"] * (2 * OF_OPERATOR))
    order = dice.permutation(number)
    parties = np.concatenate([np.arange(40) // 20, np.full(HONEST_PEOPLE - 40, 90), np.repeat([91, 92], OF_OPERATOR)])
    return Records(
        seed=str(seed),
        at=STARTS.timestamp() + np.sort(dice.uniform(0, 44 * 86_400, number)),
        links=links[order],
        tells=np.zeros((number, WORDS), dtype=np.int64),
        score=np.where(operator == "script-1", 70.0, dice.uniform(0, 30, number))[order],
        shown=[shown(str(name), dice) for name in operator[order]],
        group=group[order],
        operator=operator[order],
        party=parties[order],
        ring=np.where(operator == "antidetect-1", "r1", "")[order],
    )


def shown(operator: str, dice: np.random.Generator) -> dict[str, object]:
    """What a row shows: only a script's form tells it."""
    form = 400 if operator.startswith("script") else int(dice.integers(20_000, 90_000))
    numbers = dict.fromkeys(("local", "digits", "marks", "hour", "weekday", "hardware_concurrency", "fonts"), 3)
    rest = dict.fromkeys(("device_memory", "touch_points", "keystrokes", "pastes", "pointer_events"))
    return {**numbers, **rest, "duration_ms": form, "domain": f"{dice.integers(9)}.example"}
