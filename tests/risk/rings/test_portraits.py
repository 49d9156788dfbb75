"""What portraits promise: a newcomer is weighed as those were among whom the ring was found."""

import json

import numpy as np

from risk.rings.detection import Found, find
from risk.rings.links import STORED, Link
from risk.rings.portraits import Portrait, as_json, from_json, likeness, portrait
from tests.risk.rings.people import People, Row, operator


def _known() -> tuple[People, Found, Portrait, Row]:
    people = People(4_000)
    make = operator(people)
    people.group(60, make)
    found = find(people.columns())
    group = int(np.argmax(found.groups.size))
    return people, found, portrait(found, group), make(0)


def _trace(row: Row) -> list[int]:
    return [row.get(Link(place), 0) for place in range(STORED)]


def test_the_next_account_of_the_operator_is_known_and_told_why() -> None:
    _, _, known, newcomer = _known()
    like = likeness(_trace(newcomer), known)
    assert like is not None
    assert like.nats > 10
    told = {line["link"] for line in like.why}
    assert told & {"DOMAIN", "SHAPE"}
    assert any(link.startswith("PHONE_") for link in told)


def test_a_stranger_is_not() -> None:
    people, _, known, _ = _known()
    assert all(likeness(_trace(people.somebody()), known) is None for _ in range(200))


def test_who_shares_nothing_but_a_mail_domain_is_not() -> None:
    people, _, known, newcomer = _known()
    stranger = people.somebody(DOMAIN=newcomer[Link.DOMAIN])
    assert likeness(_trace(stranger), known) is None


def test_a_newcomer_weighs_about_what_a_member_does() -> None:
    _, found, known, newcomer = _known()
    like = likeness(_trace(newcomer), known)
    assert like is not None
    group = int(np.argmax(found.groups.size))
    members = found.fit.total[found.groups.group == group]
    assert abs(like.nats - float(np.median(members))) < 4


def test_what_is_stored_reads_back_the_same() -> None:
    _, _, known, _ = _known()
    assert from_json(json.loads(json.dumps(as_json(known)))) == known
