"""Whatever strangers send is answered in time, and never by a 5xx: the short form of `make hostile`."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.hostile.bulk import LOOKUP, SHARE, USAGE, calls, many, refused, unanswered
from tests.hostile.inputs import Call, Keys
from tests.hostile.run import Came, attack, site, table

NUMBER = 60_000


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


@pytest.mark.parametrize(
    ("path", "some", "all_of_them"),
    [
        (USAGE, b'{"stored": 1, "known": 0, "refused": [{}]}', b'{"stored": 1, "known": 3, "refused": [%s{}]}'),
        (LOOKUP, b'{"items": [{"tier": null}]}', b'{"items": [%s{"tier": null}]}'),
    ],
)
def test_each_of_many_inputs_is_hostile_by_itself_and_has_to_be_told_of(
    path: str, some: bytes, all_of_them: bytes
) -> None:
    luck = Random(7)
    made = [many(luck, Keys("gh_live_sk_x", "gh_live_pk_x")) for _ in range(12)]
    of_path = [call for call in made if call.target == path.encode()]
    read = [json.loads(call.body) for call in of_path]
    inputs = [one for body in read for one in (body if path == USAGE else body["account_ids"])]
    assert len(inputs) == sum(call.inputs for call in of_path) > 300
    assert len({json.dumps(one) for one in inputs}) > len(inputs) / 4
    call = of_path[0]
    assert unanswered(call, some) == call.inputs - (2 if path == USAGE else 1)
    lines = b'{"tier": null}, ' * (call.inputs - (5 if path == USAGE else 1))
    assert unanswered(call, all_of_them % lines) == 0
    assert refused(call, all_of_them % lines) == call.inputs - (4 if path == USAGE else 0)


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
    assert came.inputs >= NUMBER
    assert came.bulk > SHARE * came.number / 2
    assert 0 < came.refused < came.inputs - came.number
    assert not came.wrong, table(came)
    assert came.statuses[200] + came.statuses[201] > came.number / 20, "not all of them are broken at the first look"
    assert came.statuses[422] + came.statuses[400] > came.number / 20


def _calls(seed: int) -> Callable[[], Call]:
    return calls(Random(seed), Keys("gh_live_sk_x", "gh_live_pk_x"))
