"""Rings in the console: the list, the page of one, its picture and the way there from an account."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib import audit
from config.lib.models import AuditEntry
from risk.models import Ring, RingChange, RingMember
from risk.rings.links import Aspect
from risk.rings.rounds import LABELS
from risk.rings.states import RingChangeKind, RingState
from risk.rings.telling import USE
from tests.operator import MAY, accounts_of, ring_of, traces_of
from tests.verification.console.desk import LIST_QUERIES, count_queries, desk_of, page, shown, signed_up, text, user_of
from verification.console.rings import page_of
from verification.containment import apply
from verification.proposing import seen_of

LIST = reverse("admin:risk_ring_changelist")
# The same, with the ring for the list; its changes, last act, proposal, networks by signups and by calls, members,
# accounts, signups, and what both could have taken and the ring still can.
PAGE_QUERIES = LIST_QUERIES + 13


@pytest.fixture
def ring(db: None) -> Ring:
    return ring_of(accounts_of(5))


def listed(client: Client, **query: str) -> list[str]:
    return shown(client.get(LIST, query))


def test_the_list_has_the_largest_exposure_first_in_as_many_queries_as_any(victor: Client) -> None:
    small, large, held = (
        ring_of(accounts_of(count, name, held=held)).public_id
        for name, count, held in (("a", 2, False), ("b", 4, False), ("c", 9, True))
    )
    assert listed(victor) == [large, small, held]
    seen = text(victor.get(LIST))
    assert "34,560" in seen  # four accounts on trial, six requests a minute
    assert "phone, domain" in seen
    assert count_queries(victor, LIST) == LIST_QUERIES


def test_the_list_is_narrowed_by_state_and_shows_merged_ones_when_asked(victor: Client, ring: Ring) -> None:
    merged = ring_of([], state=RingState.MERGED, merged_into=ring).public_id
    sure = ring_of(accounts_of(1, "sure"), state=RingState.CONFIRMED).public_id
    assert set(listed(victor)) == {ring.public_id, sure}
    assert listed(victor, state="confirmed") == [sure]
    assert listed(victor, state="merged") == [merged]


def test_a_ring_is_found_by_its_id_and_by_an_account_of_it(victor: Client, ring: Ring) -> None:
    ring_of(accounts_of(2, "other"))
    assert listed(victor, q=ring.public_id) == [ring.public_id]
    assert listed(victor, q="acct_3") == [ring.public_id]
    assert listed(victor, q="nobody") == []


def test_the_page_tells_what_its_accounts_look_like_what_speaks_for_it_and_its_history(
    victor: Client, ring: Ring
) -> None:
    grew = {"kind": RingChangeKind.GREW, "size": 9, "note": "four more"}
    RingChange.objects.create(ring=ring, at=MAY + timedelta(days=2), **grew)
    seen = text(victor.get(page_of(ring.pk)))
    for said in (
        "F.L9999 at one domain, 3 BINs, 30 number blocks",
        "mail at one of 3 domains",
        "83 %",
        "numbers of 30 blocks of 100",
        "+2.4",
        "43,200 a day",
        "four more",
        "by detection",
        "phone numbers in one block of 100, with 17 (+4.2)",
        "from 5 on 2026-05-04 to 9 now, 9 at most",
    ):
        assert said in seen
    assert count_queries(victor, page_of(ring.pk)) == PAGE_QUERIES


def test_members_are_paged_and_each_leads_to_its_signup(shop: APIClient, victor: Client) -> None:
    signup = signed_up(shop)
    ring = ring_of([signup.account, *accounts_of(60)])
    first = text(victor.get(page_of(ring.pk)))
    assert f'href="{page(signup)}"' in first
    assert "acct_48<" in first
    assert "acct_49<" not in first
    following = re.search(r'href="(\?after=\d+)', first)
    assert following
    second = text(victor.get(page_of(ring.pk) + following[1]))
    assert "acct_49<" in second
    assert "acct_59<" in second
    assert "acct_48<" not in second


@pytest.mark.parametrize("after", ["x", "-1", "9" * 18, "9" * 40, "%00", "٣"])
def test_a_hostile_place_in_the_members_is_no_server_error(victor: Client, ring: Ring, after: str) -> None:
    assert victor.get(f"{page_of(ring.pk)}?after={after}").status_code in {200, 400}


def test_a_merged_ring_leads_to_the_one_that_it_became_part_of(victor: Client, ring: Ring) -> None:
    gone = ring_of([], state=RingState.MERGED, merged_into=ring)
    assert f'href="{page_of(ring.pk)}"' in text(victor.get(page_of(gone.pk)))


def test_what_detection_left_unsaid_leaves_the_page_standing(victor: Client) -> None:
    ring = ring_of(accounts_of(1), template={}, evidence=[])
    RingMember.objects.update(why=[{"link": "A_LATER_ONE", "weight": 1.0, "shared": 2}])
    RingChange.objects.all().delete()
    assert "a_later_one, with 2 (+1.0)" in text(victor.get(page_of(ring.pk)))


def test_an_account_leads_to_its_ring(shop: APIClient, victor: Client) -> None:
    signup = signed_up(shop)
    assert "/console/risk/ring/ring" not in text(victor.get(page(signup)))
    ring = ring_of([signup.account])
    assert f'href="{page_of(ring.pk)}"' in text(victor.get(page(signup)))
    RingMember.objects.update(left_at=MAY)
    assert page_of(ring.pk) not in text(victor.get(page(signup)))


def test_who_may_not_look_at_rings_sees_none_and_no_picture(ring: Ring) -> None:
    mallory = desk_of(user_of("mallory", None))
    for address in (LIST, page_of(ring.pk), reverse("admin:risk_ring_picture", args=[ring.pk])):
        assert mallory.get(address).status_code == 403
    assert Client().get(reverse("admin:risk_ring_picture", args=[ring.pk])).status_code == 302


def picture(client: Client, ring: Ring) -> dict[str, Any]:
    answer = client.get(reverse("admin:risk_ring_picture", args=[ring.pk]))
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_the_picture_joins_members_by_what_tells_and_names_no_value(victor: Client) -> None:
    accounts = accounts_of(6)
    traces_of(accounts, DOMAIN=2, PHONE_100=3, COUNTRY=1)
    told = picture(victor, ring_of(accounts))
    values = [node for node in told["nodes"] if node["kind"] == "value"]
    assert {node["label"]: node["shared"] for node in values} == {
        "phone numbers in one block of 100 1": 2,
        "phone numbers in one block of 100 2": 2,
        "phone numbers in one block of 100 3": 2,
        "mail domain 1": 3,
        "mail domain 2": 3,
    }  # that all are of one country tells nothing of any of them
    assert len(told["edges"]) == 3 * 2 + 2 * 3
    assert [node["label"] for node in told["nodes"] if node["kind"] == "member"] == [f"acct_{n}" for n in range(6)]
    assert not re.search(r"\d{4}", "".join(node["label"] for node in told["nodes"]))


def test_without_a_why_what_most_share_is_drawn(victor: Client) -> None:
    accounts = accounts_of(6)
    traces_of(accounts, DOMAIN=2, COUNTRY=1)
    ring = ring_of(accounts)
    RingMember.objects.update(why=[])
    labels = [node["label"] for node in picture(victor, ring)["nodes"] if node["kind"] == "value"]
    assert labels == ["mail domain 1", "mail domain 2"]


def test_a_large_ring_is_sampled_evenly_and_bounded(victor: Client) -> None:
    accounts = accounts_of(1_000)
    traces_of(accounts, DOMAIN=5, PHONE_100=30, CARD=70, AGENT=1)
    told = picture(victor, ring_of(accounts))
    members = [node["label"] for node in told["nodes"] if node["kind"] == "member"]
    assert (told["size"], told["drawn"], len(members)) == (1_000, 150, 150)
    assert (members[0], members[75], members[-1]) == ("acct_0", "acct_500", "acct_993")
    values = [node for node in told["nodes"] if node["kind"] == "value"]
    assert len(values) <= 40
    assert len(told["edges"]) <= 900
    assert len({node["label"] for node in values}) == len(values)


def test_a_picture_costs_as_many_queries_for_a_large_ring_as_for_a_small_one(victor: Client) -> None:
    few, many = ring_of(accounts_of(3, "few")), ring_of(accounts_of(400, "many"))
    costs = [count_queries(victor, reverse("admin:risk_ring_picture", args=[one.pk])) for one in (few, many)]
    assert costs[0] == costs[1]


def test_a_ring_without_members_has_an_empty_picture(victor: Client) -> None:
    told = picture(victor, ring_of([]))
    assert (told["size"], told["nodes"], told["edges"]) == (0, [], [])


def test_no_ring_no_picture(victor: Client) -> None:
    assert victor.get(reverse("admin:risk_ring_picture", args=[4_711])).status_code == 404


def said(client: Client, ring: Ring, act: str, **changes: str) -> Any:
    """Press a button on a ring's page."""
    ring.refresh_from_db()
    body = {"act": act, "note": "one script", "seen": seen_of(ring), **changes}
    return client.post(reverse("admin:risk_ring_act", args=[ring.pk]), body)


def test_an_analyst_sees_what_would_change_confirms_with_a_note_and_dismissing_undoes_it(
    shop: APIClient, desk: Client, nora: User
) -> None:
    signup = signed_up(shop)
    ring = ring_of([signup.account])
    before = signup.account.outcome
    ahead = text(desk.get(f"{page_of(ring.pk)}?act=confirm"))
    assert "Of 1 member, 1 would have another tier or outcome." in ahead
    assert "Leave it" in ahead
    assert said(desk, ring, "confirm").headers["Location"] == page_of(ring.pk)
    apply(ring.pk, timezone.now())
    signup.account.refresh_from_db()
    assert signup.account.held
    seen = text(desk.get(page_of(ring.pk)))
    assert "one script" in seen
    assert "by nora" in seen
    assert "?act=confirm" not in seen
    said(desk, ring, "dismiss", note="a class")
    apply(ring.pk, timezone.now())
    signup.account.refresh_from_db()
    assert (signup.account.outcome, signup.account.held) == (before, False)
    actors = AuditEntry.objects.filter(act__startswith="ring.").values_list("actor", flat=True)
    assert set(actors) == {f"user:{nora.pk}"}
    assert audit.verify() == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"note": " "}, "Say why in a note"),
        ({"act": "explode"}, "Select a valid choice"),
        ({"act": ""}, "Choose an act."),
        ({"act": "reopen"}, "cannot be reopened"),
        ({"seen": "suspected 2001-01-01"}, "The ring changed while you were looking."),
        ({"note": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_done_comes_back_with_the_reason_and_nothing_happens(
    desk: Client, ring: Ring, changes: dict[str, str], says: str
) -> None:
    refused = said(desk, ring, **{"act": "confirm", **changes})
    assert refused.status_code == 422
    assert says in text(refused)
    assert RingChange.objects.count() == 1


def test_who_may_only_look_sees_no_buttons_and_changes_nothing(victor: Client, ring: Ring) -> None:
    seen = text(victor.get(f"{page_of(ring.pk)}?act=confirm"))
    assert "You may look, but not decide." in seen
    assert said(victor, ring, "confirm").status_code == 403
    assert RingChange.objects.count() == 1


def test_an_act_without_the_forms_token_is_refused(nora: User, ring: Ring) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nora)
    assert said(strict, ring, "confirm").status_code == 403
    assert RingChange.objects.count() == 1


@pytest.mark.parametrize("act", ["reopen", "explode", "contain", "%00"])
def test_a_look_ahead_at_what_cannot_be_done_is_the_plain_page(desk: Client, ring: Ring, act: str) -> None:
    answer = desk.get(f"{page_of(ring.pk)}?act={act}")
    assert answer.status_code in {200, 400}
    assert "would have another tier" not in text(answer)


def test_a_merged_ring_offers_no_act(desk: Client, ring: Ring) -> None:
    gone = ring_of([], state=RingState.MERGED, merged_into=ring)
    assert "give your word there" in text(desk.get(page_of(gone.pk)))
    assert said(desk, gone, "confirm").status_code == 422


def test_a_long_history_costs_no_more_queries_than_a_short_one(victor: Client, nora: User, ring: Ring) -> None:
    changes = [RingChange(ring=ring, at=MAY, kind=RingChangeKind.GREW, size=n, by=f"user:{nora.pk}") for n in range(9)]
    RingChange.objects.bulk_create(changes)
    assert count_queries(victor, page_of(ring.pk)) == PAGE_QUERIES + 1  # who people are


def test_every_aspect_has_a_colour_of_its_own_by_day_and_by_night() -> None:
    sheet = (settings.BASE_DIR / "templates/static/console.css").read_text(encoding="utf-8")
    for aspect in {*map(str, Aspect), LABELS, USE} - {Aspect.CONTEXT}:
        assert sheet.count(f"--gh-aspect-{aspect}: ") == 2
        assert f".gh-aspect-{aspect} {{" in sheet


def test_a_score_is_never_rounded_up_to_certainty_and_its_moves_are_told(victor: Client) -> None:
    ring = ring_of(accounts_of(2), score=99.99)
    told = {"kind": RingChangeKind.SCORED, "size": 2, "data": {"score": 99.99, "before": 84.2}}
    RingChange.objects.create(ring=ring, at=MAY + timedelta(days=1), **told)
    seen = text(victor.get(page_of(ring.pk)))
    assert '<dd class="gh-number">99.9</dd>' in seen
    assert "84.2 to 99.99" in seen
