"""Whatever strangers send is answered in time, and never by a 5xx: the short form of `make hostile`."""

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.hostile.inputs import Call, Keys, calls
from tests.hostile.run import Came, attack, site, table

NUMBER = 3000


def test_the_same_seed_gives_the_same_calls_and_another_others() -> None:
    first, again, other = ([make() for _ in range(300)] for make in (_calls(1), _calls(1), _calls(2)))
    assert first == again
    assert first != other


def test_calls_are_hostile_in_every_way_and_not_all_broken() -> None:
    made = [make() for make in [_calls(3)] for _ in range(3000)]
    assert len({call.target.split(b"?")[0] for call in made}) > 60
    assert len({call.method for call in made}) == 8
    assert sum(b"\\u0000" in call.body for call in made) > 20
    assert sum(b"gzip" in dict(call.headers).get(b"Content-Encoding", b"") for call in made) > 10


def test_what_is_wrong_is_told() -> None:
    grown = Came(Counter({200: 100}), memory=[(10, 50.0), (20, 100.0), (100, 180.0)])
    flat = Came(Counter({200: 100}), memory=[(10, 50.0), (20, 100.0), (100, 101.0)])
    assert (grown.grows(), flat.grows()) == (True, False)
    assert "100 MB after a fifth of them, 180 MB at the end" in table(grown)


@pytest.mark.processes
@pytest.mark.timeout(900)
def test_whatever_is_sent_is_answered() -> None:
    with tempfile.TemporaryDirectory(prefix="gh-") as folder:
        Path(folder).chmod(0o755)
        with site(Path(folder)) as attacked:
            came = attack(attacked, NUMBER, 11, print)
    assert came.number == NUMBER
    assert not came.wrong, table(came)
    assert came.statuses[200] + came.statuses[201] > NUMBER / 20, "not all of them are broken at the first look"
    assert came.statuses[422] + came.statuses[400] > NUMBER / 20


def _calls(seed: int) -> Callable[[], Call]:
    return calls(Random(seed), Keys("gh_live_sk_x", "gh_live_pk_x"))
