"""An attack as it goes."""

import numpy as np

from bench._attack_play import Attack
from bench._attack_played import play
from bench._attack_report import Asked, lines
from bench._usage_windows import DAY

ASKED = Asked(accounts=40, honest=60, seed="test", kind="all_rotating", exits="servers", hours=240, later=240, after=1)


def test_a_held_account_gets_nothing_more() -> None:
    attack = Attack(ASKED.plan, "servers")
    attack.until(attack.next_signup + 60 * DAY)
    theirs = np.array(attack.theirs)
    assert theirs.sum() == 40
    assert np.isfinite(np.array(attack.first)[theirs]).all()

    attack = Attack(ASKED.plan, "servers")
    moment = attack.next_signup + 44 * DAY
    attack.until(moment)
    theirs = np.array(attack.theirs)
    rows = theirs & (np.cumsum(theirs) <= 10)
    assert attack.hold(rows, moment) == 10
    assert attack.hold(rows, moment) == 0
    got = np.array(attack.got)
    attack.until(moment + 8 * DAY)
    assert (np.array(attack.got)[: len(got)][rows] == got[rows]).all()
    others = theirs & ~rows
    assert np.array(attack.got)[: len(got)][others].sum() > got[others].sum()


def test_who_is_never_held_is_counted_with_all_its_days() -> None:
    played = play(ASKED)
    assert played.accounts == 40
    assert played.honest == 60
    if played.held == 0:
        assert 0.85 < played.share < 1.15
    assert played.rounds > 1
    assert "python -m bench.attack --accounts 40 --honest 60 --exits servers" in lines([(ASKED, played)])[0]
