"""A history with use, copied inside PostgreSQL."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection

from bench._usage_history import History
from bench._usage_scale_copied import copied, fill
from risk.rings.columns import Ints
from risk.rings.copying import numbers
from risk.rings.links import Link
from risk.rings.reading import read
from risk.rings.use.reading import read as use_of
from tests.bench.usage_history import history


@pytest.fixture
def made() -> History:
    return history()


def _windows() -> Ints:
    return numbers("SELECT subject, address, network, sketches[1] FROM risk_usagewindow ORDER BY subject, start", 4)


@pytest.mark.django_db(transaction=True)
def test_each_copy_is_a_population_of_its_own_and_like_the_first(made: History) -> None:
    size, per_account = len(made), len(made.windows) / len(made)
    ends = fill(made, 2 * size, round(2 * size * per_account))
    traces = read()
    assert len(traces) == 2 * size
    first, other = traces.some(traces.subjects <= size), traces.some(traces.subjects > size)
    for link in (Link.ADDRESS, Link.CARD):
        assert len(np.unique(first.links[:, link])) == len(np.unique(other.links[:, link]))
        assert not np.isin(first.links[:, link], other.links[:, link]).any()
    assert np.array_equal(np.sort(first.links[:, Link.COUNTRY]), np.sort(other.links[:, Link.COUNTRY]))
    windows = _windows()
    assert len(windows) == pytest.approx(2 * len(made.windows), rel=0.02)
    one, two = (windows[(windows[:, 0] > begin) & (windows[:, 0] <= begin + size)] for begin in (0, size))
    assert not np.isin(one[:, 1], two[:, 1]).any()
    assert not np.isin(one[:, 3], two[:, 3]).any()
    shown = use_of(traces.columns(), ends + timedelta(hours=1))
    assert shown is not None
    assert shown.used.all()


@pytest.mark.django_db(transaction=True)
def test_all_windows_lie_within_the_days_that_are_looked_back_at(made: History) -> None:
    ends = fill(made, len(made), len(made.windows) // 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(start), max(start), count(*) FROM risk_usagewindow")
        first, last, number = cursor.fetchone()
    assert ends - timedelta(days=28) < first.astimezone(UTC) <= last.astimezone(UTC) <= ends
    assert number == pytest.approx(len(made.windows) / 2, rel=0.1)
    assert ends == datetime.fromtimestamp(made.ends, UTC)


def test_honest_people_change_devices_with_each_other_and_an_operators_accounts_keep_theirs(made: History) -> None:
    made.links[:, Link.CANVAS] = np.arange(len(made)) + 1
    other = copied(made, 3)[:, Link.CANVAS]
    moved = other != made.links[:, Link.CANVAS]
    assert moved[made.honest].mean() > 0.9
    assert not moved[~made.honest].any()
    assert np.array_equal(np.sort(other), np.sort(made.links[:, Link.CANVAS]))
    assert np.array_equal(copied(made, 0), made.links)


@pytest.mark.django_db(transaction=True)
def test_more_windows_than_the_history_has_are_not_made_up(made: History) -> None:
    with pytest.raises(SystemExit, match="ask for fewer"):
        fill(made, len(made), 10 * len(made.windows))
