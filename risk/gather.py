"""Facts from local lookups only, under a deadline, before any transaction.

A lookup that fails or comes too late leaves its part of the facts unknown and says so in `missing`; it never stops a
signup and never counts as clear.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError

from risk import easings, outside
from risk.counters import Claim
from risk.counting import count_live, put_in
from risk.devices import PageReport, Redeemed
from risk.facts import PENDING, Facts, FormFacts, Listed, NetworkFacts, TokenState
from risk.friction import NO_FRICTION, Friction
from risk.identifiers import IdentifierKind, Identifiers, identify
from risk.known_devices import Look, Recognition, print_at, recognise, taken_as_shown
from risk.learnt import NOTHING, Learnt
from risk.lookups.browser import browser_facts
from risk.lookups.card import bin_of, card_facts
from risk.lookups.device import device_facts
from risk.lookups.edge import edge_facts
from risk.lookups.form import form_facts
from risk.lookups.hints import hint_facts
from risk.lookups.listed import Shown as ShownToLists
from risk.lookups.listed import listed, shown_by
from risk.lookups.mailbox import mailbox_facts
from risk.lookups.network import AddressScope, NetworkLookup, NotAnAddress, parse, scope
from risk.lookups.page import with_page
from risk.lookups.pairs import Shown, origin, rarest
from risk.lookups.phone import phone_facts
from risk.lookups.shared_address import Address, likelihoods
from risk.lookups.velocity import count
from risk.models import Identifier
from risk.policies.store import active
from risk.registration import DeviceReport, Registration
from risk.rings.arrivals import Belongs, belongs
from risk.rings.traces import Trace, later, trace_of
from risk.traits import traits_of

log = logging.getLogger(__name__)
DEADLINE_SECONDS = 0.25  # a signup's answer is due in 40 ms at the 95th percentile; past this nobody waits for more

network_data = NetworkLookup(settings.GATEHOUSE_HOME, settings.NETWORK_DATA)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A registration at its time, with what its device token was worth."""

    registration: Registration
    at: datetime
    redeemed: Redeemed
    asks_outside: bool = False  # whether outside parties will be asked what is not known of it yet
    live: bool = False  # comes now, among others that come at the same moment; its answer may be taken back


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts to judge by, and the identifiers to remember."""

    facts: Facts
    identifiers: Identifiers
    shown: Shown | None = None  # to learn from, once it is decided
    recognised: Recognition | None = None  # the device to remember
    claim: Claim | None = None  # where velocities count it from now on
    trace: Trace | None = None  # what links are made of
    belongs: Belongs | None = None  # the ring that it joins


@dataclass(frozen=True, slots=True)
class Part:
    """An arrival with what it says by itself, and the device once that was recognised."""

    arrival: Arrival
    device: DeviceReport | None
    network: NetworkFacts | None
    identifiers: Identifiers
    facts: Facts
    recognised: Recognition | None = None


def gather(arrivals: Sequence[Arrival], parts: Sequence[Part] | None = None) -> list[Gathered]:
    """Facts and identifiers of arrivals in the order of their times; earlier ones count in later ones' velocities.

    `parts` is what `look_at` gives for each of them, where that was done before.
    """
    deadline = time.monotonic() + DEADLINE_SECONDS * len(arrivals)
    missing = dict(network_data.missing())
    pure = parts if parts is not None else [look_at(arrival) for arrival in arrivals]
    looks = [_look_at_device(part) for part in pure]
    known = _answer(lambda: recognise(looks), lookup="device", missing=missing, deadline=deadline)
    recognised = known if known is not None else [taken_as_shown(look) for look in looks]
    parts = [_with_device(part, device) for part, device in zip(pure, recognised, strict=True)]
    counts, claim = _velocities(parts, missing=missing, deadline=deadline)
    crowds = _answer(lambda: likelihoods(_addresses(parts)), lookup="shared", missing=missing, deadline=deadline)
    # In memory, and what people wrote down by hand: never left out for want of time.
    on_lists = _answer(lambda: listed(_shown_to_lists(parts)), lookup="lists", missing=missing, deadline=math.inf)
    told = _outside(arrivals, missing=missing, deadline=deadline)
    finished = [
        _finish(
            _with_shared(part, crowds[place] if crowds is not None else None),
            velocity=counts[place] if counts is not None else None,
            on_lists=on_lists[place] if on_lists is not None else (),
            missing=missing,
        )
        for place, part in enumerate(parts)
    ]
    gathered = _with_pairs(arrivals, finished, missing=missing, deadline=deadline)
    friction = _friction(deadline)
    return _with_rings(
        [
            _with_easing(replace(part, claim=claim), learnt.onto(part.facts), friction)
            for part, learnt in zip(gathered, told, strict=True)
        ]
    )


def _with_rings(gathered: Sequence[Gathered]) -> list[Gathered]:
    """Who fits a ring that is known already belongs to it from now on. In memory: never left out for want of time."""
    newcomers = [(part.facts.at, part.trace) for part in gathered]
    missing: dict[str, str] = {}
    found = _answer(lambda: belongs(newcomers), lookup="rings", missing=missing, deadline=math.inf)
    if found is None:
        return [_with_missing(part, missing) for part in gathered]
    return [
        part if to is None else replace(part, facts=replace(part.facts, ring=to.facts), belongs=to)
        for part, to in zip(gathered, found, strict=True)
    ]


def _with_missing(part: Gathered, missing: Mapping[str, str]) -> Gathered:
    return replace(part, facts=replace(part.facts, missing={**part.facts.missing, **missing}))


def _friction(deadline: float) -> Friction:
    """What the policy says of friction. Past the deadline, and with the database away, nothing is eased."""
    if time.monotonic() > deadline:
        return NO_FRICTION
    try:
        return active().policy.friction
    except DatabaseError:
        log.exception("The policy could not be read; nothing is eased.")
        return NO_FRICTION


def _with_easing(gathered: Gathered, facts: Facts, friction: Friction) -> Gathered:
    eased = easings.eased(facts, friction)
    return replace(gathered, facts=facts if eased is None else replace(facts, eased=eased))


def learn(registration: Registration, *, subject: int, at: datetime, asks_outside: bool = True) -> Learnt:
    """What a subject gave later than its signup: a mailbox, a phone, a card. What it showed before counts no more.

    Raises:
        django.db.DatabaseError: the database could not answer; nothing is learnt, and the caller tries again.

    """
    mailbox = mailbox_facts(registration.email, registration.name)
    phone, card = phone_facts(registration.phone), card_facts(registration.payment)
    given = {"mailbox": mailbox, "phone": phone, "card": card}
    shown = set(Identifier.objects.filter(subject=subject).values_list("kind", "value"))
    identifiers = identify(registration, network=None, mailbox=mailbox)
    new = {kind: value for kind, value in identifiers.items() if (kind, value) not in shown}
    velocity = count_live((at, new), put_in((at, new), account_id=registration.account_id))
    missing: dict[str, str] = {}
    arrival = Arrival(registration, at, Redeemed(TokenState.ABSENT), asks_outside)
    (told,) = _outside([arrival], missing=missing, deadline=time.monotonic() + DEADLINE_SECONDS)
    shows = Facts(at, TokenState.ABSENT, mailbox=mailbox, phone=phone, card=card)
    return Learnt(
        parts={**{name: part for name, part in given.items() if part is not None}, **told.parts},
        trace=later(trace_of(registration, shows, identifiers, None)),
        velocity=velocity,
        identifiers=new,
        missing={**told.missing, **missing},
        answered=told.answered,
    )


def _outside(arrivals: Sequence[Arrival], *, missing: dict[str, str], deadline: float) -> list[Learnt]:
    """What outside parties answered before of these values; the rest is pending where they will be asked."""
    asked = [outside.wanted(arrival.registration) if arrival.asks_outside else {} for arrival in arrivals]
    if not any(asked):
        return [NOTHING] * len(arrivals)
    at = arrivals[-1].at
    told = _answer(lambda: outside.answers(asked, at=at), lookup="outside", missing=missing, deadline=deadline)
    return [
        Learnt(
            parts=answers,
            missing=dict.fromkeys(values.keys() - answers.keys(), PENDING),
            answered=frozenset(answers),
        )
        for values, answers in zip(asked, told or [{}] * len(asked), strict=True)
    ]


def _with_pairs(
    arrivals: Sequence[Arrival], gathered: Sequence[Gathered], *, missing: dict[str, str], deadline: float
) -> list[Gathered]:
    traits = [traits_of(part.facts) for part in gathered]
    asked = [(arrival.at, shown) for arrival, shown in zip(arrivals, traits, strict=True)]
    pairs = _answer(lambda: rarest(asked), lookup="pairs", missing=missing, deadline=deadline)
    networks = [origin(arrival.registration.ip) for arrival in arrivals]
    return [
        replace(
            part,
            facts=replace(part.facts, pairs=pairs[place] if pairs is not None else None),
            shown=Shown(part.facts.at, network, shown) if network is not None else None,
        )
        for place, (part, network, shown) in enumerate(zip(gathered, networks, traits, strict=True))
    ]


def look_at(arrival: Arrival) -> Part:
    """What can be said of an arrival by itself: it asks no database and knows of no other arrival."""
    registration, page = arrival.registration, arrival.redeemed.page
    device = page.device if page else registration.device
    network = network_facts(registration.ip)
    mailbox = mailbox_facts(registration.email, registration.name)
    facts = Facts(
        at=arrival.at,
        token=arrival.redeemed.state,
        network=network,
        browser=browser_facts(registration.user_agent, registration.accept_language),
        mailbox=mailbox,
        phone=phone_facts(registration.phone),
        card=card_facts(registration.payment),
        form=_form(registration, page),
        hints=hint_facts((page.hints if page else None) or (device.hints if device else None)),
        edge=edge_facts(page.edge if page else None, registration.edge),
    )
    return Part(arrival, device, network, identify(registration, network=network, mailbox=mailbox), facts)


def _velocities(
    parts: Sequence[Part], *, missing: dict[str, str], deadline: float
) -> tuple[Sequence[dict[str, int]] | None, Claim | None]:
    """The velocities of each, and where a live one counts from now on. A batch is history: PostgreSQL alone counts."""
    newcomers = [(part.arrival.at, part.identifiers) for part in parts]
    if not (len(parts) == 1 and parts[0].arrival.live):
        return _answer(lambda: count(newcomers), lookup="velocity", missing=missing, deadline=deadline), None
    told = put_in(newcomers[0], account_id=parts[0].arrival.registration.account_id)
    if told is not None and told.complete:
        return [told.counts], told.claim
    ask = partial(count_live, newcomers[0], told)
    counted = _answer(ask, lookup="velocity", missing=missing, deadline=deadline)
    return None if counted is None else [counted], told.claim if told else None


def _look_at_device(part: Part) -> Look | None:
    if part.device is None:
        return None
    page = part.arrival.redeemed.page
    further = page.components if page else {}
    seen = print_at(part.device, part.facts.browser, further)
    return Look(seen, part.arrival.at, part.arrival.registration.account_id)


def _with_device(part: Part, recognised: Recognition | None) -> Part:
    if recognised is None:
        return part
    identifiers = {IdentifierKind.DEVICE: recognised.identity, **part.identifiers}
    return replace(part, recognised=recognised, identifiers=identifiers)


def _finish(
    part: Part, *, velocity: dict[str, int] | None, on_lists: tuple[Listed, ...], missing: dict[str, str]
) -> Gathered:
    recognised, page = part.recognised, part.arrival.redeemed.page
    device = with_page(device_facts(part.device, part.arrival.at, _known_days(part), page.bot if page else None), page)
    if device is not None and recognised is not None:
        answer = recognised.match
        sure = None if answer.confidence is None else round(answer.confidence, 4)
        device = replace(device, recognised=answer.how, confidence=sure, common=answer.common)
    facts = replace(part.facts, device=device, velocity=velocity, listed=on_lists, missing=missing)
    trace = trace_of(part.arrival.registration, facts, part.identifiers, part.device)
    return Gathered(facts, part.identifiers, recognised=recognised, trace=trace)


def _known_days(part: Part) -> float | None:
    since = part.recognised.since if part.recognised else None
    return (part.arrival.at - since).total_seconds() / 86400 if since and since < part.arrival.at else None


def network_facts(ip: str | None) -> NetworkFacts | None:
    """What the address says of the network: None when none was given, only a scope when it is not a public one."""
    if ip is None:
        return None
    try:
        where = scope(ip)
        record = network_data.find(ip) if where is AddressScope.PUBLIC else None
    except NotAnAddress:
        return NetworkFacts(scope="malformed")
    version = parse(ip).version
    if record is None:
        return NetworkFacts(scope=where, version=version)
    return NetworkFacts(
        scope=where,
        version=version,
        country=record.country,
        asn=record.asn,
        as_name=record.as_name,
        as_kind=record.as_kind,
        services=record.services if record.services_known else None,
        services_known=record.services_known,
    )


def _form(registration: Registration, page: PageReport | None) -> FormFacts | None:
    typed = sum(len(text or "") for text in (registration.email, registration.name, registration.phone))
    measured = page.form if page else None
    return form_facts(measured or registration.form, typed, trusted=measured is not None)


def _shown_to_lists(parts: Sequence[Part]) -> list[ShownToLists]:
    """What lists can be of. The device stands among the identifiers: it was recognised before."""
    return [
        shown_by(part.facts, part.identifiers, ip=sent.ip, card_bin=bin_of(sent.payment))
        for part in parts
        for sent in [part.arrival.registration]
    ]


def _addresses(parts: Sequence[Part]) -> list[Address]:
    return [Address(part.arrival.at, part.network, part.identifiers) for part in parts]


def _with_shared(part: Part, shared: float | None) -> Part:
    if part.network is None:
        return part
    network = replace(part.network, shared=shared)
    return replace(part, network=network, facts=replace(part.facts, network=network))


def _answer(ask: Callable[[], Answer], *, lookup: str, missing: dict[str, str], deadline: float) -> Answer | None:
    if time.monotonic() > deadline:
        missing[lookup] = "deadline"
        return None
    try:
        return ask()
    except DatabaseError:
        log.exception("A lookup failed; its facts stay unknown.", extra={"lookup": lookup})
        missing[lookup] = "failed"
        return None
