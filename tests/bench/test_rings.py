"""The benchmark of how detecting rings grows: its towns share nothing of people's own, and its figures hold."""

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest

from bench import _rings_components, _rings_splink, _rings_sql, rings
from bench._rings_told import Told, told
from bench._rings_towns import OWN, Records, renumbered
from risk.rings.cohorts import alone, members
from risk.rings.columns import Ints
from risk.rings.links import STORED, Link
from risk.rings.tells import WORDS
from tests.risk.rings.people import People, operator


def traces(accounts: int = 60) -> Ints:
    """Everything different, but for a domain of all, a canvas of all, and addresses of three."""
    links = np.arange(1, accounts * STORED + 1, dtype=np.int64).reshape(accounts, STORED)
    links[:, Link.DOMAIN] = links[:, Link.CANVAS] = 5
    links[:, Link.ADDRESS] = np.arange(accounts) // 3 - 7
    links[:, Link.CARD] = 0
    return links


def records(links: Ints, operator: list[str] | None = None) -> Records:
    number = len(links)
    names = np.array(operator if operator is not None else [""] * number)
    return Records(np.arange(number, dtype=np.float64), links, np.zeros((number, WORDS), dtype=np.int64), names)


def test_another_town_shares_nothing_of_peoples_own_and_ties_them_among_each_other_alike() -> None:
    links = traces()
    public = np.ones(len(links), dtype=bool)
    there, elsewhere = renumbered(links, public, 1), renumbered(links, public, 2)
    for link in OWN:
        values = [set(each[:, link].tolist()) - {0} for each in (links, there, elsewhere)]
        assert len(values[0] | values[1] | values[2]) == 3 * len(values[0])
    _, here_together = np.unique(links[:, Link.ADDRESS], return_inverse=True)
    _, there_together = np.unique(there[:, Link.ADDRESS], return_inverse=True)
    assert len(set(zip(here_together.tolist(), there_together.tolist(), strict=True))) == len(set(here_together))


def test_what_a_population_shares_and_what_was_not_shown_stays() -> None:
    links = traces()
    there = renumbered(links, np.ones(len(links), dtype=bool), 1)
    for link in (Link.DOMAIN, Link.CANVAS, Link.CARD, Link.PROVIDER, Link.BIN, Link.COUNTRY, Link.HARDWARE):
        assert (there[:, link] == links[:, link]).all()


def test_a_domain_of_ones_own_is_another_towns_no_more() -> None:
    links = traces()
    there = renumbered(links, np.zeros(len(links), dtype=bool), 1)
    assert (there[:, Link.DOMAIN] != links[:, Link.DOMAIN]).all()


def test_a_warehouse_finds_the_cohorts_that_detection_finds() -> None:
    people = People(2_000)
    people.group(40, operator(people))
    accounts = people.columns()
    with duckdb.connect() as warehouse:
        warehouse.from_arrow(_rings_sql.account_table(accounts)).create("account")
        for link in (Link.ADDRESS, Link.DOMAIN, Link.BIN, Link.PHONE_1000):
            rows, _ = alone(accounts, link)
            asked = warehouse.execute(_rings_sql.of_one(link, len(accounts))).fetchnumpy()
            assert asked["row"].tolist() == rows.tolist()
        for one, other in ((Link.DOMAIN, Link.BIN), (Link.BIN, Link.FORM), (Link.PROVIDER, Link.LOCALE)):
            count, line = _rings_sql.of_two(one, other)
            warehouse.execute(count)
            z = warehouse.execute(line).fetchall()[0][0]
            asked = warehouse.execute(_rings_sql.members(one, other, 1e300 if z is None else z)).fetchnumpy()
            found = members(accounts, one, other)
            assert sorted(asked["row"].tolist()) == sorted(found.rows.tolist())
            assert sorted(asked["z"].tolist()) == pytest.approx(sorted(np.repeat(found.z, found.size).tolist()))


def test_groups_are_held_against_the_truth() -> None:
    operator = np.array(["a"] * 4 + ["b"] * 4 + [""] * 12)
    groups = np.array([1, 1, 1, -1, 2, 2, -1, -1, 2, 2, 2, *[-1] * 9])
    found = told(groups, operator)
    assert found == Told(recall=5 / 8, whole=1 / 2, honest=3 / 12, wrong=3 / 8, groups=2)


def test_nothing_found_is_nothing_told_and_no_error() -> None:
    assert told(np.full(3, -1), np.array(["a", "", ""])) == Told(0.0, 0.0, 0.0, 0.0, 0)


def test_components_tie_who_shares_a_value_of_few_and_leave_out_what_a_crowd_shows() -> None:
    links = np.zeros((200, STORED), dtype=np.int64)
    links[:10, Link.CARD] = 7
    links[8:16, Link.DEVICE] = 8
    links[50:, Link.ADDRESS] = 9
    groups = _rings_components.groups_of(records(links), lambda _, __: None)
    assert len(set(groups[:16].tolist())) == 1
    assert (groups[:16] >= 0).all()
    assert (groups[16:] == -1).all()


def test_splink_gets_no_pairs_from_what_a_crowd_shows() -> None:
    links = np.zeros((300, STORED), dtype=np.int64)
    links[: _rings_splink.CROWD + 1, Link.CARD] = 7
    links[200:210, Link.CARD] = 8
    links[210, Link.CARD] = 9
    column = _rings_splink.table_of(links)[_rings_splink.blocking((Link.CARD,))].to_pylist()
    assert {place for place, value in enumerate(column) if value is not None} == set(range(200, 210))


def test_a_method_over_the_limit_is_ended_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "LIMIT_SECONDS", 0.5)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        _, ended = rings.watched(process, time.perf_counter())
    assert ended.startswith("ended: over")
    found = rings.Measured(0.5, 0.0, 1.0, None, ended, {})
    assert ended in rings.line_of("splink", 10, found)


def test_targets_are_said_to_be_met_or_not() -> None:
    fast, slow = (rings.Measured(seconds, 0.0, 100.0, None, "", {}) for seconds in (5.0, 61.0))
    lines = rings.targets({100_000: fast, rings.MILLION: slow}, {rings.MILLION: slow.seconds})
    assert [line.endswith("NOT met") for line in lines] == [True, False, False, True]


def test_spark_is_skipped_in_words_where_it_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "skipped" in rings.on_spark(tmp_path / "records.npz")
