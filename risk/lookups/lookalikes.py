"""Domains that are almost a well-known one: by a slip of the finger, or by characters that look the same.

A slip is honest, and the mail goes nowhere or to a squatter. A disguise is made: other letters that the eye takes for
the right ones. All slips of all well-known domains are made once, so that a look is a look into a table.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import idna
from disarm import normalize_confusables
from django.conf import settings

from risk.lookups.mail_providers import free

# The mailbox providers that most people have, whose names are long enough for a slip to be told from another name.
_WELL_KNOWN = """
gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it hotmail.es live.com
yahoo.com yahoo.co.uk yahoo.co.in yahoo.fr yahoo.de yahoo.co.jp yahoo.com.br ymail.com icloud.com fastmail.com
proton.me protonmail.com yandex.ru yandex.com mail.ru rambler.ru naver.com hanmail.net rediffmail.com comcast.net
verizon.net sbcglobal.net bellsouth.net btinternet.com orange.fr wanadoo.fr laposte.net free.fr libero.it virgilio.it
t-online.de freenet.de web.de terra.com.br foxmail.com 163.com 126.com
"""
WELL_KNOWN = tuple(_WELL_KNOWN.split())
NAME_MIN = 5  # characters of the name; of a shorter one, too many slips are other people's names
TLD_SLIPS: Mapping[str, tuple[str, ...]] = {
    "com": ("con", "cmo", "ocm", "vom", "xom", "comm", "coom", "om", "cm", "co", "cim", "cpm", "clm"),
    "net": ("ner", "nte", "met", "nett"),
}
# What sits beside what on the keyboards that most people type on (QWERTY; the middle row is the same on QWERTZ).
KEYBOARD = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
ALIKE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("3", "e"), ("5", "s"))
IDN = re.compile(r"(^|\.)xn--")


@dataclass(frozen=True, slots=True)
class Lookalike:
    """The well-known domain that one is almost, and whether by disguise."""

    domain: str
    disguised: bool


def lookalike(domain: str) -> Lookalike | None:
    """What a domain, in lower-case ASCII, is almost; None where it is nothing, or a domain known by itself."""
    if domain in TABLE.known or free(domain):
        return None
    slip = TABLE.slips.get(domain)  # first, for whoever hit the 0 above the o
    if slip:
        return Lookalike(slip, disguised=False)
    disguised = TABLE.skeletons.get(_skeleton(domain))
    return Lookalike(disguised, disguised=True) if disguised else None


@dataclass(frozen=True, slots=True)
class _Table:
    known: frozenset[str]
    skeletons: Mapping[str, str]
    slips: Mapping[str, str]


def _table(domains: tuple[str, ...]) -> _Table:
    slips = {slip: domain for domain in domains for slip in _slips(domain)}
    return _Table(frozenset(domains), {_skeleton(domain): domain for domain in domains}, slips)


def _skeleton(domain: str) -> str:
    """One spelling for all domains that look alike: Unicode's confusables (UTS 39), then ASCII's own."""
    shown = domain
    if IDN.search(domain):
        try:
            shown = normalize_confusables(idna.decode(domain)).casefold()
        except idna.IDNAError:
            return domain
    for pair, single in ALIKE:
        shown = shown.replace(pair, single)
    return shown


def _slips(domain: str) -> Iterator[str]:
    name, _, rest = domain.partition(".")
    for slip in TLD_SLIPS.get(rest, ()):
        yield f"{name}.{slip}"
    if len(name) < NAME_MIN:
        return
    for place, letter in enumerate(name):
        before, after = name[:place], name[place + 1 :]
        yield f"{before}{after}.{rest}"  # left out
        yield f"{before}{letter}{letter}{after}.{rest}"  # doubled
        yield f"{before}{after[:1]}{letter}{after[1:]}.{rest}"  # the wrong way round
        for beside in _beside(letter):
            yield f"{before}{beside}{after}.{rest}"
            yield f"{before}{beside}{letter}{after}.{rest}"


def _beside(letter: str) -> Iterator[str]:
    for row, keys in enumerate(KEYBOARD):
        place = keys.find(letter)
        if place >= 0:
            around = [(row, place - 1), (row, place + 1), (row - 1, place), (row - 1, place + 1), (row + 1, place)]
            around.append((row + 1, place - 1))
            yield from (
                KEYBOARD[line][key]
                for line, key in around
                if 0 <= line < len(KEYBOARD) and 0 <= key < len(KEYBOARD[line])
            )


TABLE = _table((*WELL_KNOWN, *map(str.lower, settings.OWN_DOMAINS)))
