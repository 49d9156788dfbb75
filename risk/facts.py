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

from risk.earlier import EarlierFacts
from risk.outcome import Outcome

HIDING = frozenset({"tor", "vpn", "relay", "proxy"})  # services that a network's address can be of
PENDING = "pending"  # in `missing`: an outside party will be asked, and its answer decides anew
GIVEN_UP = "no answer"  # in `missing`: it was asked for hours, and is asked no more


class TokenState(StrEnum):
    """What became of the device token that came with a signup."""

    ABSENT = "absent"  # none was sent: no JavaScript, or a caller without a page
    VALID = "valid"
    REPLAYED = "replayed"  # used before
    EXPIRED = "expired"  # older than 120 seconds
    FORGED = "forged"  # not signed by us
    FOREIGN = "foreign"  # made for another application's key


class ChallengeState(StrEnum):
    """What became of the canvas challenge that our agent script was given."""

    ABSENT = "absent"  # not answered: no challenge was had, or the browser lets nobody read its canvas
    MET = "met"
    FAILED = "failed"  # a steady picture, but not the one that the seed says
    STALE = "stale"  # a seed that was not ours, past its time, or used before


class CanvasState(StrEnum):
    """Whether a canvas shows what was drawn on it."""

    STEADY = "steady"
    RANDOMISED = "randomised"  # noise, or another picture each time: a protection against being known again


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
    CONFIRMED = "confirmed"  # an investigation confirmed that the account was abused
    OVERTURNED = "overturned"  # a decision against the person was overturned, by appeal or review


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """Where the address leads. `scope` is public, private, shared, loopback, reserved, documentation or malformed.

    `as_kind` is as in risk.intel.kinds, services as in risk.intel.sources. A service that is not in `services_known`
    may be there unseen. `shared` is how likely strangers come from the address, 0 to 1 (risk.lookups.shared_address).
    """

    scope: str
    version: int | None = None
    country: str | None = None
    asn: int | None = None
    as_name: str | None = None
    as_kind: str | None = None
    services: tuple[str, ...] | None = None  # what the address is used for by others; None without data of any
    services_known: tuple[str, ...] = ()
    shared: float | None = None
    listed_since: tuple[str, ...] = ()  # services that lists name the address for now, and did not at the signup

    @property
    def hides_where(self) -> bool:
        """Whether people who come from it can be anywhere: servers, VPNs, relays, proxies and Tor hide that."""
        return self.as_kind == "hosting" or bool(HIDING.intersection(self.services or ()))


@dataclass(frozen=True, slots=True)
class BrowserFacts:
    """The user agent, parsed. `kind` is pc, mobile, tablet, bot, tool (an HTTP library) or other."""

    kind: str
    family: str
    major: int | None
    os: str
    os_major: int | None
    languages: tuple[str, ...]  # primary subtags of Accept-Language in their order, lower case
    language_sent: bool | None = None  # whether the request had the header with anything in it; None: not told


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
    scan: tuple[str, ...] | None = None  # traces of automation that the agent script found, by their names
    differs: tuple[str, ...] | None = None  # what page, frame and worker tell differently; None: not compared
    challenge: ChallengeState | None = None
    canvas: CanvasState | None = None
    font_systems: tuple[str, ...] | None = None  # whose system fonts were seen: windows, apple, android, linux
    recognised: str | None = None  # "exact", "near" or "new"; None where nothing could be looked up
    confidence: float | None = None  # that it is the best candidate, 0 to 1; None where only a visitor id was given
    common: int | None = None  # how many others are to show the same print, 64 at most; None as before
    others_since: int | None = None  # other accounts that came with it after this one, 8 at most; None: not looked
    drifted: tuple[str, ...] | None = None  # what it shows otherwise since, where that is too much; None: as before


@dataclass(frozen=True, slots=True)
class HintFacts:
    """User-agent client hints, which only Chromium's relatives give: what the browser says of itself a second time.

    `brands` are names in lower case with their majors, without the made-up one that keeps readers honest.
    """

    brands: tuple[tuple[str, int], ...]
    mobile: bool | None
    platform: str | None
    platform_major: int | None
    architecture: str | None
    bitness: str | None
    model: bool  # whether a model was named: handsets name theirs, computers have none


@dataclass(frozen=True, slots=True)
class EdgeFacts:
    """What the proxy in front saw of the connection. The JA4's parts stand beside it; round trips in milliseconds."""

    ja4: str | None = None
    transport: str | None = None  # tcp, quic or dtls
    tls: str | None = None  # the highest version offered, as "13"
    ciphers: int | None = None
    extensions: int | None = None
    alpn: str | None = None  # first and last character of the first protocol offered: "h2", "h1"; "00" for none
    header_order: tuple[str, ...] = ()  # names in lower case
    tcp_rtt_ms: float | None = None
    tls_rtt_ms: float | None = None
    told_by: str = "caller"  # "caller", in the signup's body, or "proxy", which saw the page's own call


@dataclass(frozen=True, slots=True)
class PairFacts:
    """Of a group of attribute pairs, the one that was seen least for how often each half is seen.

    `lift` is the upper bound of seen / expected; 1 is what chance would give. `support` is how many sightings were
    learnt from. Counts decay, so they are no whole numbers.
    """

    group: str  # hardware, locale or edge
    asked: int  # pairs that this device shows
    judged: int  # those of which both halves are common enough to say
    support: float
    name: str | None = None
    lift: float | None = None
    seen: float | None = None
    expected: float | None = None


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
    shape: str | None = None  # the local part's pattern: "w.w99" of a.smith87
    resembles: str | None = None  # the well-known domain that the domain is one slip or disguise away from
    disguised: bool = False  # it looks the same by other characters, which no finger slips to


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """The number by Google's numbering plans.

    `kind` is mobile, fixed, fixed_or_mobile, voip, toll_free, premium or other.
    """

    valid: bool
    country: str | None
    kind: str | None
    carrier: str | None
    timezones: tuple[str, ...] = ()  # where it was given out, when that tells more than its country
    disposable: bool | None = None  # on the list of numbers that anybody can read; None without a list


@dataclass(frozen=True, slots=True)
class MailDomainFacts:
    """What the domain's own servers say, asked outside of the signup's call."""

    exists: bool
    takes_mail: bool  # it has a mail server, and does not refuse all mail (RFC 7505)
    mail_host: str | None = None  # the registrable domain of its first mail server
    takes_anything: bool | None = None  # it accepts mailboxes that nobody has; None when not tried
    host_disposable: bool | None = None  # that mail server belongs to a service of disposable mailboxes


@dataclass(frozen=True, slots=True)
class PhoneLineFacts:
    """What a carrier lookup says of the number today, asked outside of the signup's call."""

    line_type: str | None = None  # mobile, landline, fixed_voip, non_fixed_voip, toll_free, premium, ...
    carrier: str | None = None
    country: str | None = None
    sim_swapped_at: datetime | None = None  # the last change of SIM, or the earliest that it can have been
    sim_kept_days: float | None = None  # told of no date, only that it was not changed for so long
    reassigned: bool | None = None  # to somebody else within the last three months
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
    key_gap_ms: int | None = None  # between two keys: the median, and how far the tenth is from the ninetieth percent
    key_gap_spread_ms: int | None = None
    key_dwell_ms: int | None = None  # how long a key is held, the same way
    key_dwell_spread_ms: int | None = None
    clicks: int | None = None  # of a mouse whose way there was seen
    pointer_jumps: int | None = None  # of these, at the end of a leap
    touches: int | None = None
    screen_keys: int | None = None  # characters that no key brought: keyboards on the screen, dictation
    autofills: int | None = None  # fields that the browser filled in


@dataclass(frozen=True, slots=True)
class Eased:
    """The group of the account for which the threshold of challenge gives way the most, and by how much."""

    dimension: str  # as in risk.groups
    group: str
    points: float  # of score


@dataclass(frozen=True, slots=True)
class Listed:
    """The registration stands on a list: which one, by which entry (never its value), and how long that counts."""

    list: str
    entry: str
    of: str  # risk.lists.ListKind
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the entry is in force at a moment."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class RingFacts:
    """The contained ring that the account is a member of. What of it counts is who it is and its state, not its size.

    `score` is the ring's, 0 to 100; `fit` says by how much likelier the account is of it than a stranger (nats).
    """

    id: str
    state: str  # risk.rings.states.RingState
    score: float
    size: int
    fit: float

    @property
    def standing(self) -> tuple[str, str]:
        """What an account is decided again for when it changes."""
        return self.id, self.state


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """Where the account stood on the ladder until this decision, and what brought it: by that it rises at once or not.

    `rising_to` is a higher tier that it has reached since `rising_since`, and has not been given yet.
    """

    tier: str
    cause: str
    rising_to: str | None = None
    rising_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OverrideFacts:
    """The tier that an analyst set by hand, by which entry of the record, and until when it counts."""

    tier: str
    until: datetime
    override: int


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
    hints: HintFacts | None = None
    edge: EdgeFacts | None = None
    pairs: tuple[PairFacts, ...] | None = None
    velocity: Mapping[str, int] | None = None  # name of the velocity -> other accounts counted
    proofs: tuple[str, ...] = ()  # kinds of checks passed and not lapsed
    word: Word | None = None
    reports: tuple[ReportKind, ...] = ()  # kinds in force, of the account or of a card that it showed
    forced: Outcome | None = None  # what a test key's magic mailbox asks for
    listed: tuple[Listed, ...] = ()  # entries of lists that what was shown stands on
    missing: Mapping[str, str] = field(default_factory=dict)  # lookup -> why it has no answer
    eased: Eased | None = None  # as it was at the signup; it stays so for the account
    ring: RingFacts | None = None  # None: it is in none, or in one that is not contained
    earned_days: int = 0  # of ordinary, varied use, as far as use is reported
    standing: StandingFacts | None = None  # None: it is decided on for the first time
    override: OverrideFacts | None = None
    earlier: EarlierFacts | None = None  # None: nobody outside was asked a second time
    woke_after_days: float | None = None  # nobody used the account for so long, until lately

    @property
    def pending(self) -> tuple[str, ...]:
        """The lookups that outside parties will be asked."""
        return tuple(sorted(name for name, why in self.missing.items() if why == PENDING))

    @property
    def provisional(self) -> bool:
        """Whether something could not be looked at that can still be."""
        return any(why != GIVEN_UP for why in self.missing.values())

    def as_json(self) -> dict[str, Any]:
        """The stored form: plain JSON types; `Facts.from_json` gives back an equal object."""
        stored: dict[str, Any] = msgspec.to_builtins(self)
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Facts":
        """The facts of a stored assessment. Raises msgspec.ValidationError where they are not of this form."""
        return msgspec.convert(stored, cls)
