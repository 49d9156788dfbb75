"""What links promise: each is told in words, and what is stored keeps its place."""

from risk.rings.links import EVIDENCE, KINDS, STORED, Aspect, Link


def test_every_link_has_words_and_an_aspect() -> None:
    assert set(KINDS) == set(Link)


def test_stored_links_come_first_so_that_a_trace_can_grow_at_its_end() -> None:
    assert [int(link) for link in Link] == list(range(len(Link)))
    assert Link.NOVEL == STORED


def test_who_people_are_compared_with_is_no_evidence_against_them() -> None:
    used = {link for links in EVIDENCE.values() for link in links}
    besides = {Aspect.CONTEXT, Aspect.ASKING, Aspect.CALLING}
    assert used == {link for link in Link if KINDS[link].aspect not in besides}
    assert Link.COUNTRY not in used
