"""What Gatehouse answers, in types. What a later version adds is in `raw` where there is one, and harms nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class Source(StrEnum):
    """Where a tier is known from."""

    GATEHOUSE = "gatehouse"  # asked now, or within the few seconds that an answer may be kept
    TOKEN = "token"  # noqa: S105 - a source, not a secret
    LAST_KNOWN = "last_known"  # Gatehouse is away, and this is what it said last
    LOWEST = "lowest"  # Gatehouse is away, and this is what you give everybody then


@dataclass(frozen=True, slots=True)
class Tier:
    """What an account may do. `limits` are the policy's own names and numbers; `budget_key` says whose quota it is."""

    account_id: str
    tier: str
    limits: Mapping[str, int]
    budget_key: str
    version: int
    source: Source = Source.GATEHOUSE

    @property
    def is_sure(self) -> bool:
        """Whether Gatehouse could be asked, or its feed of changes be followed. Where not, a change may be missing."""
        return self.source in (Source.GATEHOUSE, Source.TOKEN)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read from an answer or from the claims of a token. Raises KeyError, TypeError or ValueError."""
        return cls(
            account_id=str(answer["account_id"]),
            tier=str(answer["tier"]),
            limits={str(name): int(value) for name, value in answer["limits"].items()},
            budget_key=str(answer["budget_key"]),
            version=int(answer["version"]),
        )


@dataclass(frozen=True, slots=True)
class TierChange:
    """An account has a new version: what is known of it from before is good no more."""

    account_id: str
    version: int
    tier: str
    budget_key: str
    at: datetime

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read from an item of the feed."""
        at = datetime.fromisoformat(answer["at"])
        return cls(answer["account_id"], int(answer["version"]), answer["tier"], answer["budget_key"], at)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A tier token as Gatehouse signed it, for the account's client to carry."""

    token: str
    account_id: str
    tier: str
    version: int
    expires_at: datetime

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read from an answer."""
        expires_at = datetime.fromisoformat(answer["expires_at"])
        return cls(answer["token"], answer["account_id"], answer["tier"], int(answer["version"]), expires_at)


@dataclass(frozen=True, slots=True)
class NextStep:
    """A tier within reach, and sets of checks any one of which opens it, the cheapest first."""

    tier: str
    any_of: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Signup:
    """What was decided on a signup. `raw` is the whole answer, with reasons, checks and the words for the person."""

    id: str
    account_id: str
    outcome: str
    tier: str
    score: float | None  # None for keys without the scope scores:read
    held: bool
    provisional: bool
    next_checks: Sequence[NextStep]
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read from an answer."""
        steps = [NextStep(step["tier"], step["any_of"]) for step in answer["next_checks"]]
        return cls(
            id=answer["id"],
            account_id=answer["account_id"],
            outcome=answer["outcome"],
            tier=answer["tier"],
            score=None if answer["score"] is None else float(answer["score"]),
            held=bool(answer["held"]),
            provisional=bool(answer["provisional"]),
            next_checks=steps,
            raw=answer,
        )
