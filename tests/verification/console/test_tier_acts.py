"""A tier set by hand at the console: Nora sets and undoes it, Victor cannot; and which tier it was has an answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from risk.models import Assessment
from tests.verification.console.desk import page, signed_up, text
from tiers.models import Account, Grant, LapseNotice, Override
from verification.console.tier_acts import MOMENT
from verification.models import Signup

DAY = timedelta(days=1)


def say(desk: Client, signup: Signup, **body: Any) -> Any:
    """Press a button of the form on the page."""
    sent = {
        "act": "set",
        "tier": "trusted",
        "until": (timezone.now() + DAY).strftime(MOMENT),
        "note": "a partner of ours",
        "seen": Assessment.objects.latest("pk").pk,
        **body,
    }
    return desk.post(page(signup).replace("/change/", "/tier/"), sent)


def test_a_tier_is_set_seen_everywhere_and_undone(shop: APIClient, desk: Client, nora: User) -> None:
    signup = signed_up(shop)
    assert "Not set: proofs and score decide." in text(desk.get(page(signup)))
    said = say(desk, signup)
    assert (said.status_code, said["Location"]) == (302, page(signup))
    assert Account.objects.get().tier == "trusted"
    seen = text(desk.get(page(signup)))
    assert seen.count("a partner of ours") == 2  # beside the form and in the record
    assert "Now tier trusted" in seen
    assert "by hand" in seen
    assert "account.override" in seen
    assert AuditEntry.objects.get().actor == f"user:{Override.objects.get().by.removeprefix('user:')}"
    assert say(desk, signup, act="lift", note="the deal is off").status_code == 302
    assert Account.objects.get().tier == "trial"
    seen = text(desk.get(page(signup)))
    assert "the deal is off" in seen
    assert "override_end" in seen


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"note": ""}, "Say why"),
        ({"note": "x" * 2001}, "at most 2000"),
        ({"tier": "golden"}, "not one of the available choices"),
        ({"tier": ""}, "Choose a tier"),
        ({"act": "promote"}, "not one of the available choices"),
        ({"until": ""}, "has to end after now"),
        ({"until": "2020-01-01T00:00"}, "has to end after now"),
        ({"until": "2999-01-01T00:00"}, "within 366 days"),
        ({"until": "soon"}, "A moment is needed"),
        ({"seen": "1"}, "decided anew"),
        ({"act": "lift"}, "No tier is set by hand"),
    ],
)
def test_an_act_that_is_not_right_is_refused_with_its_reason_and_changes_nothing(
    shop: APIClient, desk: Client, body: dict[str, str], complaint: str
) -> None:
    signup = signed_up(shop)
    before = Account.objects.values().get()
    refused = say(desk, signup, **body)
    assert refused.status_code == 422
    assert complaint in text(refused)
    assert Account.objects.values().get() == before
    assert not Override.objects.exists()


def test_a_viewer_sees_what_is_set_and_cannot_set_it(shop: APIClient, desk: Client, victor: Client) -> None:
    signup = signed_up(shop)
    say(desk, signup)
    seen = text(victor.get(page(signup)))
    assert "a partner of ours" in seen
    assert "Set another" not in seen
    assert say(victor, signup, act="lift").status_code == 403
    assert Account.objects.get().tier == "trusted"


def test_which_tier_it_was_at_a_moment_is_looked_up(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    say(desk, signup)
    opened, raised = Grant.objects.order_by("version")
    between = opened.at + (raised.at - opened.at) / 2
    for at, said in (
        (between.isoformat(), "<strong>trial</strong>, since"),
        ((raised.at + DAY).strftime(MOMENT), "<strong>trusted</strong>, since"),
        ("2001-01-01T00:00", "there was no such account"),
        ("yesterday", "A moment is needed"),
    ):
        told = desk.get(page(signup), {"tier_at": at})
        assert said in " ".join(text(told).split())
    assert "requests_per_minute 600" in text(desk.get(page(signup), {"tier_at": (raised.at + DAY).strftime(MOMENT)}))


def test_what_was_told_beforehand_and_what_is_waited_for_is_shown(shop: APIClient, desk: Client) -> None:
    signup = signed_up(shop)
    now = timezone.now()
    account = Account.objects.get()
    LapseNotice.objects.create(
        account=account, at=now, kind="phone", tier="standard", after="basic", falls_at=now + 21 * DAY
    )
    Account.objects.update(rising_to="basic", rising_since=now)
    seen = " ".join(text(desk.get(page(signup))).split())
    assert "without phone, standard falls to basic" in seen
    assert "Has reached basic since" in seen
