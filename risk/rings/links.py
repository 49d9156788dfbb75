"""The links that two accounts can have: what each is, which part of a person it tells of, and its words. Pure.

A link's number is its place in a stored trace: add at the end, never change. A link has no weight here: how telling a
shared value is follows from how common it is, now and where it was shown (risk.rings.profiles).
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Aspect(StrEnum):
    """A part of what a person shows. Links of one aspect see the same thing from several sides, and count once."""

    NETWORK = "network"
    DEVICE = "device"
    DOMAIN = "domain"  # where the mailbox is, and patterns that hold there only
    NAMING = "naming"  # how mailboxes are made from names, wherever they are
    PHONE = "phone"
    CARD = "card"
    LOCALE = "locale"
    FORM = "form"
    NOVELTY = "novelty"  # a device of parts that nobody else shows together
    TELL = "tell"  # something that a signal found
    RHYTHM = "rhythm"  # when it came
    ASKING = "asking"  # what it is used for; this and CALLING are of use (risk.rings.use)
    CALLING = "calling"
    CONTEXT = "context"  # who people are compared with; no evidence by itself


class Link(IntEnum):
    """What kind of value. 0 in its place of a trace says that nothing was shown."""

    ADDRESS = 0
    NETWORK = 1
    PROVIDER = 2
    DEVICE = 3
    VISITOR = 4
    PRINT = 5
    CANVAS = 6
    HARDWARE = 7
    AGENT = 8
    FONTS = 9
    MAILBOX = 10
    DOMAIN = 11
    SHAPE = 12
    STEM = 13
    TEMPLATE = 14
    PHONE = 15
    PHONE_10 = 16
    PHONE_100 = 17
    PHONE_1000 = 18
    PHONE_10000 = 19
    CARRIER = 20
    CARD = 21
    BIN = 22
    CARD_KIND = 23
    CLOCK = 24
    LOCALE = 25
    ORIGIN = 26
    FORM = 27
    HOUR = 28
    COUNTRY = 29
    SYSTEM = 30
    NAME = 31
    PLACE = 32
    GRAPHICS = 33
    SCREEN = 34
    PROCESSOR = 35
    # The next four are not stored: they are drawn from a trace when rings are looked for.
    NOVEL = 36
    TELL = 37
    DAY = 38
    SERVED = 39
    # These two are of what accounts did later, and of no trace at all.
    ASKED = 40
    EXIT = 41


STORED = 36  # places of a stored trace


@dataclass(frozen=True, slots=True)
class Kind:
    """What a link is of, and what an analyst reads."""

    aspect: Aspect
    words: str


KINDS: dict[Link, Kind] = {
    Link.ADDRESS: Kind(Aspect.NETWORK, "the same address"),
    Link.NETWORK: Kind(Aspect.NETWORK, "the same /24 or /64"),
    Link.PROVIDER: Kind(Aspect.NETWORK, "the same network operator"),
    Link.DEVICE: Kind(Aspect.DEVICE, "the same device"),
    Link.VISITOR: Kind(Aspect.DEVICE, "the same visitor id"),
    Link.PRINT: Kind(Aspect.DEVICE, "the same fingerprint in every steady part"),
    Link.CANVAS: Kind(Aspect.DEVICE, "the same canvas and audio"),
    Link.HARDWARE: Kind(Aspect.DEVICE, "the same graphics, screen and processor"),
    Link.AGENT: Kind(Aspect.DEVICE, "the same user agent"),
    Link.FONTS: Kind(Aspect.DEVICE, "the same set of fonts"),
    Link.MAILBOX: Kind(Aspect.DOMAIN, "the same mailbox"),
    Link.DOMAIN: Kind(Aspect.DOMAIN, "the same mail domain"),
    Link.SHAPE: Kind(Aspect.DOMAIN, "mailboxes of one pattern at one domain"),
    Link.STEM: Kind(Aspect.DOMAIN, "one mailbox name with running numbers"),
    Link.TEMPLATE: Kind(Aspect.NAMING, "mailboxes made from names in one way"),
    Link.PHONE: Kind(Aspect.PHONE, "the same phone number"),
    Link.PHONE_10: Kind(Aspect.PHONE, "phone numbers in one block of 10"),
    Link.PHONE_100: Kind(Aspect.PHONE, "phone numbers in one block of 100"),
    Link.PHONE_1000: Kind(Aspect.PHONE, "phone numbers in one block of 1,000"),
    Link.PHONE_10000: Kind(Aspect.PHONE, "phone numbers in one block of 10,000"),
    Link.CARRIER: Kind(Aspect.PHONE, "the same carrier"),
    Link.CARD: Kind(Aspect.CARD, "the same card"),
    Link.BIN: Kind(Aspect.CARD, "cards of one BIN"),
    Link.CARD_KIND: Kind(Aspect.CARD, "cards of one brand, funding and country"),
    Link.CLOCK: Kind(Aspect.LOCALE, "the same clock, of another place than the network's"),
    Link.LOCALE: Kind(Aspect.LOCALE, "the same languages and time zone"),
    Link.ORIGIN: Kind(Aspect.LOCALE, "number, network and card of the same countries"),
    Link.FORM: Kind(Aspect.FORM, "the form filled in the same way"),
    Link.HOUR: Kind(Aspect.RHYTHM, "the same hour of the day"),
    Link.COUNTRY: Kind(Aspect.CONTEXT, "at home in the same country"),
    Link.PLACE: Kind(Aspect.CONTEXT, "in the same country"),
    Link.SYSTEM: Kind(Aspect.CONTEXT, "the same kind of device"),
    Link.NAME: Kind(Aspect.NAMING, "names written in one pattern"),
    Link.GRAPHICS: Kind(Aspect.CONTEXT, "the same graphics"),
    Link.SCREEN: Kind(Aspect.CONTEXT, "the same screen"),
    Link.PROCESSOR: Kind(Aspect.CONTEXT, "the same processor and memory"),
    Link.NOVEL: Kind(Aspect.NOVELTY, "devices put together from parts that nobody else shows together"),
    Link.TELL: Kind(Aspect.TELL, "the same thing found by a signal"),
    Link.SERVED: Kind(Aspect.NETWORK, "a network of the same kind, such as hosts' or a VPN's"),
    Link.DAY: Kind(Aspect.RHYTHM, "the same day"),
    Link.ASKED: Kind(Aspect.ASKING, "prompts of the same templates"),
    Link.EXIT: Kind(Aspect.CALLING, "calls from the same addresses"),
}

BESIDES = frozenset({Aspect.ASKING, Aspect.CALLING, Aspect.CONTEXT})

# The links of traces that speak for a ring, by aspect: the most telling one of each counts.
EVIDENCE: dict[Aspect, tuple[Link, ...]] = {
    aspect: tuple(link for link in Link if KINDS[link].aspect is aspect) for aspect in Aspect if aspect not in BESIDES
}
