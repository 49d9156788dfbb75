"""What has happened, past tense. Each is written to the outbox in the transaction of what it tells.

No event carries a raw personal value. `EVENTS` is the menu; docs/events.md documents each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What every event has: its type and its body."""

    type: ClassVar[str]

    def data(self) -> dict[str, Any]:
        """The body of the event, plain JSON types."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Happening(Occurrence):
    """What every event of an account has: the account that it tells of."""

    account_id: str


@dataclass(frozen=True, slots=True)
class SignupDecided(Happening):
    """A signup was judged for the first time."""

    type: ClassVar[str] = "signup.decided"
    signup_id: str
    outcome: str
    score: float
    tier: str


@dataclass(frozen=True, slots=True)
class LookupsRequested(Happening):
    """What a person gave left questions to outside parties open; they are to be asked."""

    type: ClassVar[str] = "lookups.requested"
    lookups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountRedecided(Happening):
    """New evidence, an analyst's word or the passing of time changed what an account's assessment comes to."""

    type: ClassVar[str] = "account.redecided"
    cause: str
    outcome: str
    score: float
    held: bool


@dataclass(frozen=True, slots=True)
class TierChanged(Happening):
    """An account stands on another rung of the ladder."""

    type: ClassVar[str] = "account.tier_changed"
    cause: str
    before: str
    after: str
    version: int


@dataclass(frozen=True, slots=True)
class TierLapsing(Happening):
    """An account's tier will fall to a lower one when a proof lapses, unless its check is passed again before."""

    type: ClassVar[str] = "account.tier_lapsing"
    notice_id: int
    kind: str
    tier: str
    after: str
    falls_at: str


@dataclass(frozen=True, slots=True)
class TierOverridden(Happening):
    """A tier was set by hand, until a moment."""

    type: ClassVar[str] = "account.tier_overridden"
    tier: str
    until: str


@dataclass(frozen=True, slots=True)
class OverrideEnded(Happening):
    """A tier that was set by hand counts no more: its time was over, or somebody ended it (`by_hand`)."""

    type: ClassVar[str] = "account.override_ended"
    tier: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class CheckRequested(Happening):
    """A person asked for a check; its message is to be sent."""

    type: ClassVar[str] = "check.requested"
    check_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CheckAnswered(Happening):
    """A person came back from a session at an outside party, which is to be asked what came of it."""

    type: ClassVar[str] = "check.answered"
    check_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CheckPassed(Happening):
    """A person passed a check."""

    type: ClassVar[str] = "check.passed"
    check_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CheckFailed(Happening):
    """A check's tries were used up, or the outside party that carries it out says no."""

    type: ClassVar[str] = "check.failed"
    check_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class ProofLapsed(Happening):
    """A proof is past its half-life and no longer counts."""

    type: ClassVar[str] = "proof.lapsed"
    kind: str


@dataclass(frozen=True, slots=True)
class CaseOpened(Happening):
    """Something is waiting for an analyst."""

    type: ClassVar[str] = "case.opened"
    case_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class AppealOpened(Happening):
    """The person asked to look again, and hears by `due_at`."""

    type: ClassVar[str] = "appeal.opened"
    appeal_id: int
    due_at: str


@dataclass(frozen=True, slots=True)
class AppealAnswered(Happening):
    """An appeal is over: `overturned` for the person, `upheld`, or `resolved` by what else was decided meanwhile."""

    type: ClassVar[str] = "appeal.answered"
    appeal_id: int
    result: str


@dataclass(frozen=True, slots=True)
class AccountReviewed(Happening):
    """An analyst gave a word on an account."""

    type: ClassVar[str] = "account.reviewed"
    word: str


@dataclass(frozen=True, slots=True)
class AccountReported(Happening):
    """Something turned out after the fact of an account or of a card that it showed, or was taken back."""

    type: ClassVar[str] = "account.reported"
    kind: str
    source: str
    stands: bool


@dataclass(frozen=True, slots=True)
class AccountErased(Happening):
    """An account was erased with all that was known of its person: what you have of it from here is yours to erase."""

    type: ClassVar[str] = "account.erased"
    test: bool


@dataclass(frozen=True, slots=True)
class FrictionAlarm(Occurrence):
    """A group of people is asked for more than others, or no longer is. It tells of no account."""

    type: ClassVar[str] = "friction.alarm"
    dimension: str
    group: str
    rate: str
    over: str
    share: float | None
    limit: float | None
    raised: bool


@dataclass(frozen=True, slots=True)
class FrictionEased(Occurrence):
    """The threshold of challenge was moved for a group of people, by itself. It tells of no account."""

    type: ClassVar[str] = "friction.eased"
    dimension: str
    group: str
    before: float
    after: float
    why: str


@dataclass(frozen=True, slots=True)
class ProbingFound(Occurrence):
    """A source tries out what passes, by signups that differ in one thing each. It tells of no account."""

    type: ClassVar[str] = "probing.found"
    probing: str
    source: str
    signups: int


@dataclass(frozen=True, slots=True)
class RingEvent(Occurrence):
    """What every event of a ring has: its public id and how many members it has then. It tells of no account."""

    ring: str
    size: int


@dataclass(frozen=True, slots=True)
class RingFound(RingEvent):
    """Accounts were found to be tied to one operator."""

    type: ClassVar[str] = "ring.found"


@dataclass(frozen=True, slots=True)
class RingContained(RingEvent):
    """A ring's members are held together from now on; each is being decided again."""

    type: ClassVar[str] = "ring.contained"


@dataclass(frozen=True, slots=True)
class RingReleased(RingEvent):
    """A ring's members are no longer held together; each is being decided again."""

    type: ClassVar[str] = "ring.released"


@dataclass(frozen=True, slots=True)
class RingConfirmed(RingEvent):
    """An analyst confirmed a ring, which contains it."""

    type: ClassVar[str] = "ring.confirmed"


@dataclass(frozen=True, slots=True)
class RingDismissed(RingEvent):
    """An analyst dismissed a ring: what it did to its members is being undone."""

    type: ClassVar[str] = "ring.dismissed"


@dataclass(frozen=True, slots=True)
class RingReopened(RingEvent):
    """An analyst took a confirmation or a dismissal back: the ring is suspected again."""

    type: ClassVar[str] = "ring.reopened"


@dataclass(frozen=True, slots=True)
class WebhookEndpointEvent(Occurrence):
    """What every event of a webhook endpoint has: its public id, and whether it is one of test mode."""

    endpoint: str
    test: bool


@dataclass(frozen=True, slots=True)
class WebhookEndpointDisabled(WebhookEndpointEvent):
    """An endpoint gets nothing any more: it answered that it is gone, or took nothing for three days."""

    type: ClassVar[str] = "webhook_endpoint.disabled"
    why: str


@dataclass(frozen=True, slots=True)
class WebhookEndpointTested(WebhookEndpointEvent):
    """Somebody tries an endpoint out. It is sent to that endpoint and to no other, whatever its filter."""

    type: ClassVar[str] = "webhook_endpoint.tested"


EVENTS: Mapping[str, type[Occurrence]] = {
    event.type: event
    for event in (
        SignupDecided,
        LookupsRequested,
        AccountRedecided,
        TierChanged,
        TierLapsing,
        TierOverridden,
        OverrideEnded,
        CheckRequested,
        CheckAnswered,
        CheckPassed,
        CheckFailed,
        ProofLapsed,
        CaseOpened,
        AppealOpened,
        AppealAnswered,
        AccountReviewed,
        AccountReported,
        AccountErased,
        FrictionAlarm,
        FrictionEased,
        ProbingFound,
        RingFound,
        RingContained,
        RingReleased,
        RingConfirmed,
        RingDismissed,
        RingReopened,
        WebhookEndpointDisabled,
        WebhookEndpointTested,
    )
}
