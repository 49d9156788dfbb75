"""Accounts that turn on the same days are told by it; who turns in their own time, or when everybody does, is not."""

from collections.abc import Sequence

import numpy as np

from risk.rings.profiles import Groups
from risk.rings.use.evidence import evidence
from risk.rings.use.judging import seen
from risk.rings.use.turns import ASLEEP, ENDED, NEVER, turns
from tests.risk.rings.use.doers import AGENT, Cast, Doer, use_of

MEMBERS, PEOPLE, DAYS = 20, 300, 28
Account = Doer | tuple[Doer, ...]


class Town:
    """People who use what they have on some days, and members of a group who stand after them."""

    def __init__(self) -> None:
        self.cast = Cast()
        self.dice = np.random.default_rng(3)

    def used(self, begins: int, days: int, *, requests: int = 10, client: int = 1) -> Doer:
        """An account that is used alike each day, from a line of its own."""
        line = self.cast.lines(1)[0]
        return Doer(line // 256, [requests] * days, [line], [], client=client, begins=begins)

    def people(self) -> list[Account]:
        """They begin within days, and now and then one comes back after weeks."""
        begins = np.where(self.dice.random(PEOPLE) < 0.2, self.dice.integers(ASLEEP, 22, PEOPLE), 0)
        return [self.used(int(day) + int(self.dice.integers(3)), 5) for day in begins]

    def turned(self, members: Sequence[Account], people: Sequence[Account] = ()) -> float:
        """How far days on which members turn speak for a group, in nats."""
        everybody = [*(people or self.people()), *members]
        rows = np.arange(len(everybody) - len(members), len(everybody))
        return float(seen(evidence(use_of(everybody)), Groups(rows, 0 * rows, 1)).turned[0])


def test_accounts_that_wake_on_one_day_are_told_by_it() -> None:
    town = Town()
    assert town.turned([town.used(17, 6) for _ in range(MEMBERS)]) > 2.0


def test_people_who_come_back_each_in_their_own_time_are_not() -> None:
    town = Town()
    assert town.turned([town.used(ASLEEP + place % 12, 6) for place in range(MEMBERS)]) < 0.8


def test_a_day_on_which_everybody_comes_back_says_nothing() -> None:
    town = Town()
    launch: list[Account] = [town.used(17, 6) for _ in range(PEOPLE)]
    assert town.turned([town.used(17, 6) for _ in range(MEMBERS)], launch) < 0.1


def test_who_is_used_again_after_a_long_pause_wakes_as_well() -> None:
    town = Town()
    paused = [Doer(1, [9, 9, 9, *[0] * ASLEEP, 9, 9], town.cast.lines(1), []) for _ in range(MEMBERS)]
    assert town.turned(paused) > 2.0


def test_accounts_that_ask_for_far_more_from_one_day_on_are_told_by_it() -> None:
    town = Town()
    risen = [Doer(1, [5] * 8 + [60] * 8, town.cast.lines(1), []) for _ in range(MEMBERS)]
    each_in_its_time = [Doer(1, [5] * (4 + n) + [60] * 8, town.cast.lines(1), []) for n in range(MEMBERS)]
    assert town.turned(risen) > 2.0
    assert town.turned(each_in_its_time) < 0.8


def test_accounts_that_go_to_other_hands_together_are_told_by_it() -> None:
    town = Town()

    def sold(on: int) -> Account:
        return town.used(0, on), town.used(on, 8, client=AGENT)

    given_away: list[Account] = [sold(4 + place % 15) for place in range(PEOPLE // 4)]
    assert town.turned([sold(9) for _ in range(MEMBERS)], [*town.people(), *given_away]) > 2.0
    assert town.turned([sold(4 + place % 15) for place in range(MEMBERS)], [*town.people(), *given_away]) < 0.8


def test_who_moves_house_or_changes_the_client_keeps_the_account() -> None:
    town = Town()
    moved = town.used(0, 9), town.used(9, 8)
    line = town.cast.lines(1)[0]
    other_client = Doer(1, [9] * 9, [line], []), Doer(1, [9] * 9, [line], [], client=AGENT, begins=9)
    for account in (moved, other_client):
        assert not len(turns(use_of([account])).together.rows)


def test_accounts_that_begin_where_others_end_are_told_by_it() -> None:
    town = Town()
    stopped = [town.used(0, 8) for _ in range(MEMBERS)]
    assert town.turned([*stopped, *(town.used(8, 10) for _ in range(MEMBERS))]) > 0.8
    assert town.turned([*stopped, *(town.used(place % 9, 10) for place in range(MEMBERS))]) < 0.3


def test_that_accounts_end_together_says_nothing() -> None:
    town = Town()
    assert town.turned([town.used(0, 8) for _ in range(MEMBERS)]) == 0.0


def test_the_end_of_use_is_told_after_some_days() -> None:
    done = turns(use_of([Doer(1, [5] * 4, [256], []), Doer(1, [5] * (4 + ENDED), [256], [])]))
    assert done.ended.tolist() == [4, NEVER]


def test_without_any_use_nobody_turns() -> None:
    found = turns(use_of([Doer(1, [], [], [])]))
    assert found.replaced(Groups(np.arange(1), np.zeros(1, dtype=np.int64), 1), np.zeros(1, dtype=bool)).tolist() == [0]
    assert not len(found.together.rows)
