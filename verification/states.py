"""The states of a signup and of a check, and which may follow which. Pure.

signup:  opened <-> challenged <-> in_review <-> refused      (any to any: evidence and analysts move it both ways)

check:   requested -> sent -> passed
           |  ^        |---> failed       (tries used up, or the outside party says no)
           |  |        |---> expired      (its time is over)
           |--|--------+---> undelivered  (the provider will never take it)
           |  '--------+                  (the provider was away: to be sent again)
           '-----------+---> replaced     (a newer one was asked for)

`sent` is said of a code on its way, of a challenge in the page's hands, and of a session open at an outside party.
"""

from collections.abc import Mapping
from enum import StrEnum

from risk.outcome import Outcome


class SignupState(StrEnum):
    """Where an attempt to open an account stands."""

    OPENED = "opened"
    CHALLENGED = "challenged"
    IN_REVIEW = "in_review"
    REFUSED = "refused"


class CheckStatus(StrEnum):
    """Where one check of one signup stands."""

    REQUESTED = "requested"
    SENT = "sent"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"
    REPLACED = "replaced"
    UNDELIVERED = "undelivered"


class AppealResult(StrEnum):
    """What came of a person's request to look again."""

    OVERTURNED = "overturned"  # an analyst found for the person
    UPHELD = "upheld"  # an analyst looked again, and what was decided stands
    RESOLVED = "resolved"  # it was decided for the person meanwhile: by a check passed, say


class Cause(StrEnum):
    """What brought a decision about."""

    SIGNUP = "signup"
    CHECK = "check"
    RING = "ring"
    USAGE = "usage"
    EXPIRY = "expiry"
    REPORT = "report"
    REVIEW = "review"
    LIST = "list"
    RECHECK = "recheck"  # evidence was looked at again, for its age or for news of it
    POLICY = "policy"  # a policy was published for accounts of before too
    OVERRIDE = "override"
    OVERRIDE_END = "override_end"


BY_HAND = frozenset({Cause.OVERRIDE, Cause.OVERRIDE_END})  # each is a grant, though the tier be the same


STATE_OF: Mapping[Outcome, SignupState] = {
    Outcome.ALLOW: SignupState.OPENED,
    Outcome.CHALLENGE: SignupState.CHALLENGED,
    Outcome.REVIEW: SignupState.IN_REVIEW,
    Outcome.DENY: SignupState.REFUSED,
}

CHECK_MOVES: Mapping[CheckStatus, frozenset[CheckStatus]] = {
    CheckStatus.REQUESTED: frozenset({CheckStatus.SENT, CheckStatus.REPLACED, CheckStatus.UNDELIVERED}),
    CheckStatus.SENT: frozenset(set(CheckStatus) - {CheckStatus.SENT}),
    CheckStatus.PASSED: frozenset(),
    CheckStatus.FAILED: frozenset(),
    CheckStatus.EXPIRED: frozenset(),
    CheckStatus.REPLACED: frozenset(),
    CheckStatus.UNDELIVERED: frozenset(),
}

WAITING = frozenset({CheckStatus.REQUESTED, CheckStatus.SENT})


def before(status: CheckStatus) -> frozenset[CheckStatus]:
    """The statuses that a check can come from to this one."""
    return frozenset(earlier for earlier, moves in CHECK_MOVES.items() if status in moves)
