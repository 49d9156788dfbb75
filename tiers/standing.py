"""The ladder in force: the active policy's."""

from functools import lru_cache

from risk.policies.store import Active, active
from tiers.ladder import Ladder, parse


def ladder() -> Ladder:
    """The ladder of the active policy."""
    return ladder_of(active())


@lru_cache(maxsize=4)
def ladder_of(version: Active) -> Ladder:
    """The ladder of one reading of the policy, parsed once for each reading."""
    return parse(version.document)
