"""The page of a signup says what changed since the last time, in whose words, and what policies in shadow said."""

from collections.abc import Callable

from django.test import Client
from django.utils.html import escape
from rest_framework.test import APIClient

from risk.models import Assessment, StoredPolicy
from risk.policies.store import DEFAULT, publish, read
from tests.conftest import post
from tests.verification.console.desk import page, signed_up, text
from verification import publishing

RULE = {"name": "rack", "when": "mailbox.valid", "floor": "challenge", "words": "Every mailbox is challenged today."}


def test_after_a_check_the_page_says_what_it_changed(
    shop: APIClient, desk: Client, catch_up: Callable[[], None], code_for: Callable[[str], str]
) -> None:
    signup = signed_up(shop)
    assert "What changed since" not in text(desk.get(page(signup)))
    path = f"/v1/signups/{signup.public_id}/checks"
    post(shop, path, {"kind": "email"})
    catch_up()
    post(shop, f"{path}/email/answers", {"code": code_for("alice.archer@gmail.com")})
    seen = text(desk.get(page(signup)))
    changed = seen[seen.index("What changed since") : seen.index("</section>", seen.index("What changed since"))]
    assert "proven_email" in changed
    assert "not given" in changed
    assert f"?assessment={Assessment.objects.order_by('-pk')[1].pk}" in changed
    first = Assessment.objects.earliest("pk")
    assert "What changed since" not in text(desk.get(page(signup), {"assessment": first.pk}))


def test_a_rule_speaks_in_its_own_words_to_the_analyst_and_to_who_integrates(shop: APIClient, desk: Client) -> None:
    publish({**read(DEFAULT), "rules": [RULE]})
    signup = signed_up(shop)
    seen = text(desk.get(page(signup)))
    assert RULE["words"] in seen
    assert "With rule rack the policy decides challenge at least" in seen
    answer = shop.get(f"/v1/signups/{signup.public_id}").json()
    assert {reason["code"]: reason["words"] for reason in answer["reasons"]}["rule_rack"] == RULE["words"]
    assert RULE["words"] not in str(answer["explanation"])


def test_what_a_policy_in_shadow_said_stands_on_the_page(shop: APIClient, desk: Client) -> None:
    draft = publishing.draft({**read(DEFAULT), "name": "O'Hara's", "rules": [{**RULE, "floor": "deny"}]}, by="user:1")
    publishing.shadow(draft, by="user:1")
    seen = text(desk.get(page(signed_up(shop))))
    assert escape("O'Hara's") in seen
    assert "would have said deny at" in seen


def test_a_page_of_a_policy_that_is_gone_is_shown_all_the_same(shop: APIClient, desk: Client) -> None:
    publish({**read(DEFAULT), "rules": [RULE]})
    signup = signed_up(shop)
    StoredPolicy.objects.filter(state="active").update(digest="changed")
    assert "rule rack" in text(desk.get(page(signup)))
