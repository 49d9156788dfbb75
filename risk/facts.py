"""All that a rule may look at: gathered once, frozen, stored with the decision so that it can be replayed.

Facts hold no raw personal value: no address, mailbox, number or name, only what was derived from them. A part that
is None was not given or could not be looked up; `missing` says which lookups failed and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from risk.outcome import Outcome

PENDING = "pending"  # in `missing`: an outside party will be asked, and its answer decides anew


class TokenState(StrEnum):
    """What became of the device token that came with a signup."""

    ABSENT = "absent"  # none was sent: no JavaScript, or a caller without a page
    VALID = "valid"
    REPLAYED = "replayed"  # used before
    EXPIRED = "expired"  # older than 120 seconds
    FORGED = "forged"  # not signed by us
    FOREIGN = "foreign"  # made for another application's key


class Word(StrEnum):
    """An analyst's word on an account. It outweighs the score until it is taken back or runs out."""

    APPROVE = "approve"
    DENY = "deny"
    HOLD = "hold"


class ReportKind(StrEnum):
    """What was reported of an account, or of a card that it showed, after the fact."""

    CHARGEBACK = "chargeback"  # the cardholder says that a payment was not theirs, and the bank took the money back
    FRAUD_WARNING = "fraud_warning"  # the bank holds a payment for fraud, or asks about one
    DISPUTE = "dispute"  # a quarrel over goods or refunds; it speaks against nobody
    ABUSE = "abuse"  # the product saw the account abuse it
    CLEARED = "cleared"  # what was reported of the account before was wrong


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """Where the address leads. `scope` is public, private, shared, loopback, reserved, documentation or malformed.

    `as_kind` is as in risk.intel.kinds.
    """

    scope: str
    version: int | None = None
    country: str | None = None
    asn: int | None = None
    as_name: str | None = None
    as_kind: str | None = None


@dataclass(frozen=True, slots=True)
class BrowserFacts:
    """The user agent, parsed. `kind` is pc, mobile, tablet, bot, tool (an HTTP library) or other."""

    kind: str
    family: str
    major: int | None
    os: str
    os_major: int | None
    languages: tuple[str, ...]  # primary subtags of Accept-Language in their order, lower case


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """The device as it reported itself, and since when we have known it (days, None when first seen now)."""

    known_days: float | None
    platform: str | None
    timezone: str | None
    timezone_offset: int | None  # minutes east of UTC at the time of the signup
    languages: tuple[str, ...]
    webgl_vendor: str | None
    webgl_renderer: str | None
    screen: tuple[int, int, int] | None
    fonts: int | None  # how many
    hardware_concurrency: int | None
    device_memory: float | None
    touch_points: int | None
    webdriver: bool | None
    bot: str | None  # what the page's bot detector named, "" when it found none


@dataclass(frozen=True, slots=True)
class MailboxFacts:
    """The e-mail address taken apart. `name_match` is the share of the name's words found in the local part, 0 to 1.

    `digits` and `entropy` are of the local part without its tag and without the number at either end.
    """

    valid: bool
    domain: str | None
    disposable: bool
    free: bool
    role: bool
    tagged: bool  # a tag, or more than two dots that the provider ignores
    local_length: int
    digits: int
    entropy: float  # bits a character
    name_match: float | None


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """The number by Google's numbering plans.

    `kind` is mobile, fixed, fixed_or_mobile, voip, toll_free, premium or other.
    """

    valid: bool
    country: str | None
    kind: str | None
    carrier: str | None


@dataclass(frozen=True, slots=True)
class MailDomainFacts:
    """What the domain's own servers say, asked outside of the signup's call."""

    exists: bool
    takes_mail: bool  # it has a mail server, and does not refuse all mail (RFC 7505)
    mail_host: str | None = None  # the registrable domain of its first mail server
    takes_anything: bool | None = None  # it accepts mailboxes that nobody has; None when not tried


@dataclass(frozen=True, slots=True)
class PhoneLineFacts:
    """What a carrier lookup says of the number today, asked outside of the signup's call."""

    line_type: str | None = None  # mobile, landline, fixed_voip, non_fixed_voip, toll_free, premium, ...
    carrier: str | None = None
    country: str | None = None
    sim_swapped_days: float | None = None  # since the last change of SIM; None when not told
    reassigned: bool | None = None
    pumping_risk: int | None = None  # 0 to 100


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the payment provider says of the card."""

    brand: str | None
    funding: str | None
    issuer_country: str | None
    cvc_check: str | None
    postal_check: str | None
    three_d_secure: str | None = None  # what came of the bank asking the person, where it did


@dataclass(frozen=True, slots=True)
class FormFacts:
    """How the form was filled in. `trusted` when our own agent script measured it."""

    duration_ms: int | None
    keystrokes: int | None
    pastes: int | None
    pointer_events: int | None
    typed_length: int  # characters in the fields that were sent
    trusted: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about one account at one moment."""

    at: datetime
    token: TokenState
    network: NetworkFacts | None = None
    browser: BrowserFacts | None = None
    device: DeviceFacts | None = None
    mailbox: MailboxFacts | None = None
    phone: PhoneFacts | None = None
    mail_domain: MailDomainFacts | None = None
    phone_line: PhoneLineFacts | None = None
    card: CardFacts | None = None
    form: FormFacts | None = None
    velocity: Mapping[str, int] | None = None  # name of the velocity -> other accounts counted
    proofs: tuple[str, ...] = ()  # kinds of checks passed and not lapsed
    word: Word | None = None
    reports: tuple[ReportKind, ...] = ()  # kinds in force, of the account or of a card that it showed
    forced: Outcome | None = None  # what a test key's magic mailbox asks for
    missing: Mapping[str, str] = field(default_factory=dict)  # lookup -> why it has no answer

    @property
    def pending(self) -> tuple[str, ...]:
        """The lookups that outside parties will be asked."""
        return tuple(sorted(name for name, why in self.missing.items() if why == PENDING))

    def as_json(self) -> dict[str, Any]:
        """The stored form: plain JSON types; `Facts.from_json` gives back an equal object."""
        stored: dict[str, Any] = msgspec.to_builtins(self)
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Facts":
        """The facts of a stored assessment.

        Raises:
            msgspec.ValidationError: what was stored is not of this form.

        """
        return msgspec.convert(stored, cls)
