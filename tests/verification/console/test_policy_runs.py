"""A lead publishes a policy for accounts of before too, watches how far it is, and can stop it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from risk.models import StoredPolicy
from risk.policies.store import DEFAULT, read
from tests.cast import alice
from tests.conftest import post
from tests.verification.console.desk import desk_of, text, user_of
from tiers.models import Account
from verification import policy_runs, publishing
from verification.recheck_models import PolicyRun

LIST = reverse("admin:verification_policyrun_changelist")


@pytest.fixture
def draft(shop: APIClient) -> StoredPolicy:
    """A draft that refuses everybody, and three who signed up before."""
    for number in range(3):
        post(shop, "/v1/signups", alice(account_id=f"acct_{number}"))
    rule = {"name": "everybody", "when": "mailbox.valid", "floor": "deny"}
    return publishing.draft({**read(DEFAULT), "name": "harsh", "rules": [rule]}, by="user:1")


@pytest.fixture
def lena(db: None) -> Client:
    """A lead's browser."""
    return desk_of(user_of("lena", "Lead"))


def move(client: Client, draft: StoredPolicy, how: str) -> str:
    answer = client.post(reverse("admin:risk_storedpolicy_move", args=[draft.pk]), {"move": how})
    assert answer.status_code == 302, text(answer)
    return str(answer["Location"])


def test_publishing_offers_both_and_says_what_each_does(lena: Client, draft: StoredPolicy) -> None:
    shown = text(lena.get(reverse("admin:risk_storedpolicy_change", args=[draft.pk])))
    assert "Publish, accounts of before too" in shown
    assert "From now on: every process follows within five seconds." in shown
    assert move(lena, draft, "publish") == reverse("admin:risk_storedpolicy_change", args=[draft.pk])
    assert not PolicyRun.objects.exists()


def test_the_page_of_a_run_says_how_far_it_is_and_that_it_is_done(lena: Client, draft: StoredPolicy) -> None:
    address = move(lena, draft, "publish_before")
    run = PolicyRun.objects.get()
    assert address == reverse("admin:verification_policyrun_change", args=[run.pk])
    going = lena.get(address)
    assert "0 % done" in text(going)
    assert going["Refresh"] == "3"
    assert policy_runs.go_on(run.pk, at=timezone.now()) is False
    done = lena.get(address)
    assert "finished" in text(done)
    assert "Refresh" not in done
    assert set(Account.objects.values_list("outcome", flat=True)) == {"deny"}
    assert "3, 3" in text(lena.get(LIST))
    assert AuditEntry.objects.filter(act="policy.run").exists()


def test_a_lead_stops_a_run_and_a_viewer_cannot(lena: Client, draft: StoredPolicy) -> None:
    move(lena, draft, "publish_before")
    run = PolicyRun.objects.get()
    stop = reverse("admin:verification_policyrun_stop", args=[run.pk])
    viewer = desk_of(user_of("victor", "Viewer"))
    assert viewer.post(stop).status_code == 403
    assert "Stop</button>" not in text(viewer.get(reverse("admin:verification_policyrun_change", args=[run.pk])))
    assert lena.post(stop).status_code == 302
    shown = text(lena.get(reverse("admin:verification_policyrun_change", args=[run.pk])))
    assert "cancelled" in shown
    assert "Stopped: by user:" in shown
    assert policy_runs.go_on(run.pk, at=timezone.now()) is False
    assert "deny" not in set(Account.objects.values_list("outcome", flat=True))


def test_rolling_back_can_reach_accounts_of_before_too(lena: Client, draft: StoredPolicy) -> None:
    move(lena, draft, "publish_before")
    policy_runs.go_on(PolicyRun.objects.get().pk, at=timezone.now())
    assert lena.post(reverse("admin:risk_storedpolicy_roll_back"), {"before": "1"}).status_code == 302
    back = PolicyRun.objects.latest("pk")
    policy_runs.go_on(back.pk, at=timezone.now())
    assert "deny" not in set(Account.objects.values_list("outcome", flat=True))
