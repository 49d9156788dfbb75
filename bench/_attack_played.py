"""The measured part of bench/attack.py, inside Django: `python -m bench._attack_played JSON OUT`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bench._attack_play import Attack, day
from bench._attack_report import A_DAY, DAYS, Asked, Played
from bench._usage_windows import DAY, HOUR
from risk.ringline import DEFAULT_LINE
from risk.rings.columns import Flags
from risk.rings.looking import Looked
from risk.rings.matching import SAME


def play(asked: Asked) -> Played:
    """Play it round by round."""
    attack = Attack(asked.plan, asked.exits)
    moment = _first_signup(attack)
    held_first, rounds, ends = None, 0, float("inf")
    while moment < ends:
        moment += HOUR * (asked.hours if held_first is None else asked.later)
        attack.until(moment)
        looked = attack.look(moment)
        rows = held_by(looked, np.isfinite(attack.held))
        attack.keep(looked, rows)
        new = attack.hold(rows, moment)
        rounds += 1
        theirs = int((rows & np.array(attack.theirs)).sum())
        if held_first is None and theirs:
            held_first = moment
        print(f"day {day(moment):5.2f}: {len(rows):,} accounts, {new:,} held, {theirs:,} the operator's", flush=True)
        if not attack.coming and ends == float("inf"):
            ends = moment + DAY * asked.after
    return _told(attack, held_first, rounds, moment)


def _first_signup(attack: Attack) -> float:
    """Live until the operator's first account signs up; the hour after which it is there."""
    moment = 0.0
    while attack.coming and not any(attack.theirs):
        moment = max(attack.next_signup, moment)
        attack.until(moment)
    return moment


def held_by(looked: Looked, held: Flags) -> Flags:
    """Members of what is surely a ring, and of what continues one that is held, down to half the line's odds.

    `held` are those of before. So it is at a door, too (risk.ringline; risk.rings.matching says what continues a ring).
    """
    rows, groups = np.zeros(len(held), dtype=bool), looked.found.groups
    before = np.bincount(groups.group, held[groups.rows], minlength=groups.number)
    continues = (before > 0) & (before >= SAME * np.minimum(groups.size, max(int(held.sum()), 1)))
    stays = [
        DEFAULT_LINE.holds(100 * score, size) for score, size in zip(looked.judged.score, groups.size, strict=True)
    ]
    rows[groups.rows] = (looked.known | (continues & np.array(stays, dtype=bool)))[groups.group]
    return rows


def _told(attack: Attack, held_first: float | None, rounds: int, moment: float) -> Played:
    theirs, held, first = (np.array(of) for of in (attack.theirs, attack.held, attack.first))
    at, got = attack.signed_up, np.array(attack.got)
    caught = theirs & np.isfinite(held)
    free = theirs & ~caught
    spent = np.where(np.isfinite(first), np.clip(moment - first, 0, DAYS * DAY), 0) / DAY
    used = caught & np.isfinite(first)
    took = (held[used] - first[used]) / HOUR
    return Played(
        accounts=int(theirs.sum()),
        honest=int((~theirs).sum()),
        arrived=(day(at[theirs].min()), day(at[theirs].max())),
        began=day(first[theirs].min()),
        held_first=None if held_first is None else day(held_first),
        hours_to_held=float(np.median(took)) if len(took) else None,
        held=int(caught.sum()),
        got=int(got[theirs].sum()),
        left=float(A_DAY * (DAYS - spent[free]).sum()),
        accused=int((~theirs & np.isfinite(held)).sum()),
        rounds=rounds,
    )


def main() -> None:
    """Play what the first argument says, and write what came of it."""
    asked = Asked(**json.loads(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(asdict(play(asked))))


if __name__ == "__main__":
    main()
