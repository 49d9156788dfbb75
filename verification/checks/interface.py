"""What a kind of check is: a code carried to the person, a challenge answered here, or a session held outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from risk.identifiers import IdentifierKind
from risk.registration import Registration
from tiers.ladder import CheckKind
from verification.check_moves import Keep
from verification.models import Check, Signup


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """A check passed by entering the code that was carried to what the person named.

    `field` is the field of a registration that says where the code goes; `recipient` gives, from what was sent, where
    that is (None: nowhere); `masked` is what the page may show of it; `identifier` is under which hash its quota is
    counted. `channels` are the ways that a code can take, the usual one first. `paid` says that each costs money, and
    that somebody may gain by it: then verification.messaging has to clear it.
    """

    kind: CheckKind
    field: str
    recipient: Callable[[Mapping[str, Any]], str | None]
    masked: Callable[[str], str]
    identifier: IdentifierKind
    channels: tuple[str, ...]
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the page is given to answer, and what is kept beside it to judge the answer by."""

    shown: Mapping[str, Any]
    kept: Mapping[str, Any]


class LocalCheck(Protocol):
    """A check that Gatehouse poses and judges by itself, without asking anybody."""

    @property
    def kind(self) -> CheckKind:
        """Which line of the menu it is."""

    @property
    def answer_field(self) -> str:
        """The field of an answer's body that carries it."""

    @property
    def life(self) -> timedelta:
        """How long a challenge can be answered."""

    def on_offer(self) -> bool:
        """Whether this install is set up for it."""

    def challenge(self, signup: Signup, *, at: datetime) -> Challenge:
        """A new challenge for a signup."""

    def right(self, check: Check, answer: Any, *, at: datetime) -> Keep | None:
        """How to keep what a right answer brings, None for a wrong one. It never raises, whatever was sent."""


@dataclass(frozen=True, slots=True)
class HostedCheck:
    """A check that the person passes in a session at an outside party (verification.providers.interface).

    `life` is how long a session can be finished. `evidence` makes the registration fields of what the party tells of
    a session that was passed, so that they are looked at like any others.
    """

    kind: CheckKind
    life: timedelta
    evidence: Callable[[Mapping[str, Any]], Registration | None]


AnyCheck = CodeCheck | HostedCheck | LocalCheck
