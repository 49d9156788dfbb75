"""What a signup leaves that links are made of: a keyed hash for each link, 0 where nothing was shown.

A trace is all that the detection of rings reads of an account. It holds no raw value, and two accounts share a value
exactly where their traces hold the same number in the same place.
"""

import math
from collections.abc import Iterator

from config.lib.crypto import keyed_hash
from risk.facts import DeviceFacts, Facts, FormFacts, NetworkFacts
from risk.identifiers import Identifiers
from risk.intel.sources import Service
from risk.kinds import IdentifierKind
from risk.lookups.mail_providers import FORWARDERS, hides
from risk.places import block
from risk.registration import DeviceReport, Registration
from risk.rings.links import KINDS, STORED, Aspect, Link
from risk.rings.naming import pattern, template

Trace = list[int]

SAME = {
    Link.ADDRESS: IdentifierKind.ADDRESS,
    Link.NETWORK: IdentifierKind.NETWORK,
    Link.DEVICE: IdentifierKind.DEVICE,
    Link.MAILBOX: IdentifierKind.MAILBOX,
    Link.STEM: IdentifierKind.MAILBOX_STEM,
    Link.PHONE: IdentifierKind.PHONE,
    Link.CARD: IdentifierKind.CARD,
    Link.BIN: IdentifierKind.CARD_BIN,
}
GIVEN_LATER = {Aspect.DOMAIN, Aspect.NAMING, Aspect.PHONE, Aspect.CARD}
# Gateways that firms send all their web through, by AS: Zscaler, Netskope, Forcepoint, Menlo, iboss, Cato and Prisma
# Access (by the names that ip-location-db has of them, November 2026).
GATEWAYS = frozenset(
    {13150, 13448, 22616, 35788, 42465, 43251, 44444, 53444, 53813, 54538, 55256, 62044, 62654, 137922, 138627}
    | {202276, 396253, 396421}
)
BLOCKS = {Link.PHONE_10: 10, Link.PHONE_100: 100, Link.PHONE_1000: 1_000, Link.PHONE_10000: 10_000}


def trace_of(registration: Registration, facts: Facts, identifiers: Identifiers, device: DeviceReport | None) -> Trace:
    """The trace of one registration. `device` is what the page or the caller told of it."""
    trace = [0] * STORED
    for link, kind in SAME.items():
        trace[link] = identifiers.get(kind, 0)
    if _of_everybody(facts.network):
        trace[Link.ADDRESS] = trace[Link.NETWORK] = 0
    place = identifiers.get(IdentifierKind.PHONE_PLACE)  # turned or not, whoever shares its front is near
    for link, size in BLOCKS.items():
        trace[link] = block(place, size)[0] if place is not None else 0
    for link, text in _texts(registration, facts, device):
        if text:
            trace[link] = keyed_hash(f"link:{link.name.lower()}", text)
    return trace


def _of_everybody(network: NetworkFacts | None) -> bool:
    """Whether strangers share the exit by design: a relay's, or a gateway's that firms send their web through."""
    if network is None:
        return False
    return network.asn in GATEWAYS or Service.RELAY in (network.services or ())


def later(trace: Trace) -> Trace:
    """Of a trace of what was given after the signup only what can be given then; where from and when is not of it."""
    return [value if KINDS[Link(place)].aspect in GIVEN_LATER else 0 for place, value in enumerate(trace)]


def _texts(registration: Registration, facts: Facts, device: DeviceReport | None) -> Iterator[tuple[Link, str | None]]:
    network, phone, card, mailbox = facts.network, facts.phone, facts.card, facts.mailbox
    yield Link.PROVIDER, str(network.asn) if network and network.asn and not _of_everybody(network) else None
    if mailbox and mailbox.domain:
        local = (registration.email or "").rpartition("@")[0].partition("+")[0]
        forwarded = mailbox.domain in FORWARDERS or hides(local, mailbox.domain)
        if (not mailbox.free or mailbox.disposable) and not forwarded:  # a provider ties nobody to anybody
            yield Link.DOMAIN, mailbox.domain
        if not forwarded:  # these make addresses up, one like the other
            yield Link.SHAPE, f"{mailbox.shape}@{mailbox.domain}" if mailbox.shape else None
            yield Link.TEMPLATE, template(local, registration.name)
    yield Link.CARRIER, f"{phone.country}|{phone.carrier}|{phone.kind}" if phone else None
    yield Link.CARD_KIND, f"{card.brand}|{card.funding}|{card.issuer_country}" if card else None
    yield Link.AGENT, registration.user_agent
    yield Link.HOUR, str(facts.at.hour)
    yield Link.COUNTRY, home_of(facts)
    yield Link.PLACE, network.country if network else None
    yield Link.SYSTEM, f"{facts.browser.os}|{facts.browser.kind}" if facts.browser else None
    yield Link.ORIGIN, origin(facts)
    yield Link.FORM, filled_in(facts.form) if facts.form else None
    yield Link.NAME, pattern(registration.name) if registration.name else None
    yield Link.LOCALE, _locale(registration, device)
    if device is not None:
        yield from _of_device(device, facts.device, facts)


def _of_device(device: DeviceReport, known: DeviceFacts | None, facts: Facts) -> Iterator[tuple[Link, str | None]]:
    hardware = _joined(
        device.webgl_renderer,
        device.screen,
        device.hardware_concurrency,
        device.device_memory,
        device.platform,
        device.touch_points,
    )
    fonts = "|".join(sorted(device.fonts)) if device.fonts else None
    canvas = _joined(device.canvas, device.audio)
    yield Link.VISITOR, device.visitor_id
    yield Link.HARDWARE, hardware
    yield Link.GRAPHICS, device.webgl_renderer
    yield Link.SCREEN, device.screen
    yield Link.PROCESSOR, _joined(device.hardware_concurrency, device.device_memory)
    yield Link.CANVAS, canvas
    yield Link.FONTS, fonts
    yield Link.PRINT, f"{hardware}|{canvas}|{fonts}" if hardware and (canvas or fonts) else None
    if known and known.timezone_offset is not None and known.timezone:
        yield Link.CLOCK, f"{known.timezone}|{_seen_from(facts)}"


def _joined(*parts: object) -> str | None:
    return "|".join(map(str, parts)) if any(part is not None for part in parts) else None


def _locale(registration: Registration, device: DeviceReport | None) -> str | None:
    return _joined(
        registration.accept_language,
        ",".join(device.languages) if device and device.languages else None,
        device.timezone if device else None,
    )


def _seen_from(facts: Facts) -> str:
    return (facts.network.country if facts.network else None) or ""


def home_of(facts: Facts) -> str | None:
    """Where somebody seems to be at home: by number, else card, else network.

    A traveller shows a mailbox, a carrier and a bank that are all rare where they are. At home they are none of them.
    """
    given = (facts.phone and facts.phone.country) or (facts.card and facts.card.issuer_country)
    return given or (facts.network.country if facts.network else None)


def origin(facts: Facts) -> str | None:
    """The countries of number, network and card, where they are not all one."""
    found = (
        facts.phone.country if facts.phone else None,
        facts.network.country if facts.network else None,
        facts.card.issuer_country if facts.card else None,
    )
    return "|".join(each or "" for each in found) if len({each for each in found if each}) > 1 else None


def filled_in(form: FormFacts) -> str:
    """How the form was filled in, in coarse steps: people spread over hundreds of these, programs over few."""
    return "|".join(
        map(
            str,
            (
                _octave(form.duration_ms, 2),
                _share(form.keystrokes, form.typed_length),
                min(form.pastes or 0, 4),
                _octave(form.pointer_events, 1),
            ),
        )
    )


def _octave(number: int | None, steps: int) -> int | None:
    return None if number is None else round(math.log2(number + 1) * steps)


def _share(number: int | None, of: int) -> int | None:
    return None if number is None else round(8 * min(number / max(of, 1), 2.5))
