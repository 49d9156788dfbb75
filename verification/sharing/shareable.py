"""What of our rings a partner may be told: of confirmed ones alone, and nothing of anybody but their members.

| told | as | where |
|---|---|---|
| mailbox, phone, card of a member | a mark under the common key | nobody outside the ring showed it |
| mail domain | plainly | LEAST members have mailboxes at it, nobody outside, and it is no provider's |
| network of a host (/24 or /64) | plainly | LEAST members came from it, nobody outside |
| what the accounts look like | words of the template's lines | the ring has them |

Left out are members who were found honest or appeal, test accounts, values that came from a partner as TLP:RED, and
devices, addresses and autonomous systems: the first mean nothing elsewhere, single addresses can all be tried by who
has the key, and the last are everybody's at a host.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection

from config.lib.crypto import DecryptionError, decrypt
from config.lib.sqlarrays import array
from risk.facts import Facts
from risk.identifiers import hashed
from risk.kinds import IdentifierKind
from risk.lookups.mail_providers import listed_disposable, organisation
from risk.lookups.mailbox import mailbox_facts
from risk.lookups.network import NotAnAddress, prefix
from risk.models import Label, Ring, RingMember
from risk.rings.states import RingState
from verification.appeal_models import Appeal
from verification.known import facts_last
from verification.sharing import patterns
from verification.sharing.cases import COMPARED
from verification.sharing.marks import IDENTIFIERS, LISTS, mark, shown
from verification.sharing.ring_objects import RingToTell, Told
from verification.sharing_models import Partner, PartnerMatch

RINGS_MOST: Final = 500  # the newest
MEMBERS_MOST: Final = 2_000  # of a ring, the newest: what comes next looks like them
LEAST: Final = 3
HOSTING: Final = "hosting"
KINDS: Final = (*IDENTIFIERS.values(), IdentifierKind.DOMAIN, IdentifierKind.NETWORK)
# Values of some subjects that nobody but these subjects, and the other members of their ring, ever showed.
OWN_SQL: Final = """
SELECT DISTINCT own.kind, own.value FROM risk_identifier own
WHERE own.subject = ANY(%s::bigint[]) AND own.kind = ANY(%s::smallint[]) AND NOT EXISTS (
    SELECT FROM risk_identifier other WHERE other.kind = own.kind AND other.value = own.value
    AND other.subject <> ALL(%s::bigint[])
)
"""
NOW_SQL: Final = """
SELECT ring.public_id, md5(concat_ws('|', ring.changed_at, ring.score, ring.template, count(member.id),
    sum(member.subject),
    (SELECT max(label.id) FROM risk_label label JOIN risk_ringmember of ON of.subject = label.subject
        WHERE of.ring_id = ring.id AND of.left_at IS NULL),
    (SELECT string_agg(appeal.id::text, ',' ORDER BY appeal.id) FROM verification_appeal appeal
        JOIN risk_ringmember of ON of.subject = appeal.account_id
        WHERE of.ring_id = ring.id AND of.left_at IS NULL AND appeal.answered_at IS NULL)
))
FROM risk_ring ring LEFT JOIN risk_ringmember member ON member.ring_id = ring.id AND member.left_at IS NULL
WHERE ring.state = %s GROUP BY ring.id ORDER BY ring.changed_at DESC LIMIT %s
"""
PEOPLE_SQL: Final = """
SELECT signup.account_id, signup.person FROM verification_signup signup JOIN tiers_account account
    ON account.id = signup.account_id
WHERE signup.account_id = ANY(%s::bigint[]) AND NOT account.test
"""

People = Mapping[int, Mapping[str, Any]]


@dataclass(slots=True)
class _Span:
    """Who showed a value, and when they joined, first and last."""

    name: str
    first: datetime
    last: datetime
    subjects: set[int] = field(default_factory=set)

    def also(self, subject: int, at: datetime) -> None:
        self.subjects.add(subject)
        self.first, self.last = min(self.first, at), max(self.last, at)


@dataclass(frozen=True, slots=True)
class _Leave:
    """What may be told of a ring's members, under which key."""

    key: str
    own: frozenset[tuple[int, int]]  # kinds and values that nobody outside the ring showed
    hosts: frozenset[int]  # who signed up from a host's network
    red: frozenset[tuple[int, str]]  # by subject: kinds that a partner told for our eyes alone

    def gives(self, kind: IdentifierKind, value: str) -> bool:
        """Whether nobody outside the ring showed a value."""
        return (int(kind), hashed(kind, value)) in self.own


def rings_now() -> dict[str, str]:
    """The confirmed rings, the newest first, by their public ids, with what tells whether one has changed since.

    It sees the ring, who is in it, labels and appeals of theirs. That a stranger came to show a value it does not see.
    """
    with connection.cursor() as cursor:
        cursor.execute(NOW_SQL, [RingState.CONFIRMED, RINGS_MOST])
        return dict(cursor.fetchall())


def rings_to_tell(partner: Partner, rings: Collection[str]) -> Iterator[RingToTell]:
    """What the partner may be told now of these rings, by their public ids."""
    for ring in Ring.objects.filter(public_id__in=rings, state=RingState.CONFIRMED).order_by("-changed_at"):
        told = _told(ring, partner)
        if told is not None:
            yield told


def _told(ring: Ring, partner: Partner) -> RingToTell | None:
    members = RingMember.objects.filter(ring=ring, left_at=None).order_by("-joined_at", "-pk")
    joined = dict(members.values_list("subject", "joined_at"))
    spared = _spared(joined)
    speaking = [subject for subject in joined if subject not in spared][:MEMBERS_MOST]
    people = dict(_people(speaking))
    if not people:
        return None
    who = list(people)
    leave = _Leave(partner.key, _own(who, everybody=list(joined)), _hosts(who), _red(who))
    spans = _spans(people, joined, leave)
    values = tuple(Told(pattern, span.name, span.first, span.last) for pattern, span in sorted(spans.items()))
    moments = [joined[subject] for subject in people]
    lines = tuple((line["link"], line["shown"]) for line in ring.template.get("lines", ()) if line["link"] in COMPARED)
    return RingToTell(ring.public_id, ring.score, min(moments), max(moments), len(people), lines, values)


def _spared(subjects: Collection[int]) -> frozenset[int]:
    """Members of whom somebody says that they are honest, or who wait for an answer to that."""
    honest = Label.objects.filter(subject__in=subjects, abuse=False, trust__gt=0, label=None)
    appealing = Appeal.objects.filter(account__in=subjects, answered_at=None)
    spared = {*honest.values_list("subject", flat=True), *(appeal.account_id for appeal in appealing.defer("said"))}
    return frozenset(spared)


def _people(subjects: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE_SQL, [array(subjects)])
        rows = cursor.fetchall()
    for subject, person in rows:
        try:
            yield subject, decrypt(bytes(person))
        except DecryptionError:
            continue  # nothing can be told of what nobody can read


def _own(subjects: Sequence[int], *, everybody: Sequence[int]) -> frozenset[tuple[int, int]]:
    """Kinds and values that nobody outside showed."""
    with connection.cursor() as cursor:
        cursor.execute(OWN_SQL, [array(subjects), array(int(kind) for kind in KINDS), array(everybody)])
        return frozenset(cursor.fetchall())


def _hosts(subjects: Sequence[int]) -> frozenset[int]:
    """Those who signed up from a host's network."""
    try:
        facts = facts_last(subjects)
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError):
        return frozenset()  # of another release: their networks are not told
    return frozenset(subject for subject, known in facts.items() if _from_host(known))


def _from_host(facts: Facts) -> bool:
    return facts.network is not None and facts.network.as_kind == HOSTING


def _spans(people: People, joined: Mapping[int, datetime], leave: _Leave) -> dict[str, _Span]:
    """By pattern: who showed it. What needs several members has them."""
    spans: dict[str, _Span] = {}
    several: set[str] = set()
    for subject, person in people.items():
        plain = list(_plain(person, leave, is_host=subject in leave.hosts))
        several.update(pattern for pattern, _ in plain)
        for pattern, name in (*_marked(subject, person, leave), *plain):
            span = spans.setdefault(pattern, _Span(name, joined[subject], joined[subject]))
            span.also(subject, joined[subject])
    return {pattern: span for pattern, span in spans.items() if pattern not in several or len(span.subjects) >= LEAST}


def _red(subjects: Sequence[int]) -> frozenset[tuple[int, str]]:
    """By subject: the kinds of its values that a partner told for our eyes alone."""
    rows = PartnerMatch.objects.filter(subject__in=subjects, indicator__red=True)
    return frozenset(rows.values_list("subject", "indicator__of"))


def _marked(subject: int, person: Mapping[str, Any], leave: _Leave) -> Iterator[tuple[str, str]]:
    for kind, value in shown(person).items():
        if leave.gives(IDENTIFIERS[kind], value) and (subject, LISTS[kind]) not in leave.red:
            yield patterns.of_mark(kind, mark(value, kind=kind, key=leave.key)), f"{kind} of an account of a ring"


def _plain(person: Mapping[str, Any], leave: _Leave, *, is_host: bool) -> Iterator[tuple[str, str]]:
    mailbox = mailbox_facts(person.get("email"), None)
    domain = organisation(mailbox.domain) if mailbox and mailbox.domain and not mailbox.free else ""
    if domain and domain not in listed_disposable() and leave.gives(IdentifierKind.DOMAIN, domain):
        yield patterns.of_domain(domain), "mail domain of a ring"
    try:
        network = prefix(str(person["ip"])) if is_host and person.get("ip") else ""
    except NotAnAddress:
        network = ""
    if network and leave.gives(IdentifierKind.NETWORK, network):
        yield patterns.of_network(network), "network of a host that a ring came from"
