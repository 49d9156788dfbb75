"""What a signal answers: Hit, Clear or Unknown. Unknown never counts as clear."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from risk.facts import Facts

EvidenceValue = str | int | float


class Family(StrEnum):
    """Signals that tend to hit together; the policy caps what a family can add."""

    DEVICE = "device"
    AUTOMATION = "automation"
    NETWORK = "network"
    EDGE = "edge"  # what the proxy in front saw of the connection
    MAILBOX = "mailbox"
    PHONE = "phone"
    CARD = "card"
    FORM = "form"
    VELOCITY = "velocity"
    RULE = "rule"  # the policy's own rules
    REPORT = "report"  # what turned out after the fact
    RING = "ring"  # a contained ring that the account is a member of
    LIST = "list"  # lists of the policy: what people wrote down of single values
    CONDUCT = "conduct"  # how the account is used
    STANDING = "standing"  # what speaks for the person: proofs, a device long known


@dataclass(frozen=True, slots=True)
class Hit:
    """The signal saw what it looks for. `evidence` is for the analyst and holds no raw personal value."""

    reason: str
    evidence: tuple[tuple[str, EvidenceValue], ...] = ()


@dataclass(frozen=True, slots=True)
class Clear:
    """The signal looked and saw nothing."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The signal could not look. `why` names what was not there."""

    why: str


Finding = Hit | Clear | Unknown
CLEAR = Clear()


@dataclass(frozen=True, slots=True)
class ReasonKind:
    """A stable code of a Hit. Words may change, codes never.

    `words` are the analyst's; `honest` says how an honest person comes to it.
    """

    code: str
    words: str
    honest: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A pure function from Facts to a Finding, with the reasons that it can give."""

    name: str
    family: Family
    reasons: tuple[ReasonKind, ...]
    look: Callable[[Facts], Finding]
