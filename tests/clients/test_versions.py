"""What the feed told of is known for as long as a token of before could be good, in whatever order it is told."""

import time

from gatehouse_client import TierChange
from gatehouse_client.versions import Versions
from tests.clients.peer import change


def told(name: str, version: int) -> TierChange:
    return TierChange.of(change(name, version))


def test_an_earlier_version_is_known_to_be_past_and_the_same_or_a_later_is_not() -> None:
    versions = Versions()
    versions.note(told("a", 3))
    assert versions.newer("a", 2) == told("a", 3)
    assert (versions.newer("a", 3), versions.newer("a", 4), versions.newer("b", 1)) == (None, None, None)


def test_what_is_told_again_or_out_of_turn_takes_nothing_back() -> None:
    versions = Versions()
    for version in (3, 2, 3):
        versions.note(told("a", version))
    assert versions.newer("a", 2) == told("a", 3)


def test_what_no_token_can_be_older_than_is_forgotten() -> None:
    versions = Versions(kept_seconds=0.1)
    for number in range(100):
        versions.note(told(f"a{number}", 2))
    time.sleep(0.15)
    versions.note(told("b", 2))
    assert len(versions) == 1
