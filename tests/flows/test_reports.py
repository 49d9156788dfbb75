"""What turns out after the fact reaches every account that it concerns, once, and can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from risk.facts import ReportKind
from risk.models import Assessment
from tests.cast import alice
from tests.conftest import post
from tests.flows.test_callbacks import call_back
from tests.stripe_peer import CARD, StripePeer, callback
from verification import reports
from verification.models import Check, Event, Report
from verification.tasks import apply_report, sweep_callbacks

CatchUp = Callable[[], int]
FINGERPRINT = CARD["fingerprint"]
PAYMENT = {"provider": "stripe", "fingerprint": FINGERPRINT, "funding": "credit", "cvc_check": "pass"}


def standing(shop: APIClient, account_id: str = "acct_alice") -> tuple[str, str]:
    account = shop.get(f"/v1/accounts/{account_id}").json()
    return account["outcome"], account["tier"]


def reasons(account_id: str = "acct_alice") -> set[str]:
    last = Assessment.objects.filter(subject__in=Event.objects.filter(account__account_id=account_id).values("account"))
    return {line["code"] for line in last.order_by("-id")[0].reasons}


def disputed(stripe: StripePeer, kind: str = "created", **changes: Any) -> None:
    """Stripe tells of a dispute of the card."""
    stripe.dispute("dp_1", fingerprint=FINGERPRINT, **changes)
    assert call_back(callback(f"charge.dispute.{kind}", "dp_1")).status_code == 204


@pytest.fixture
def proven(shop: APIClient, catch_up: CatchUp, code_for: Callable[[str], str], with_stripe: StripePeer) -> str:
    """Alice, who has shown a mailbox and a card. Her signup's id."""
    signup = str(post(shop, "/v1/signups", alice()).json()["id"])
    for kind in ("email", "payment"):
        post(shop, f"/v1/signups/{signup}/checks", {"kind": kind})
    catch_up()
    with_stripe.confirm(Check.objects.get(kind="payment").reference)
    post(shop, f"/v1/signups/{signup}/checks/email/answers", {"code": code_for(alice()["email"])})
    post(shop, f"/v1/signups/{signup}/checks/payment/answers", {})
    catch_up()
    assert standing(shop) == ("allow", "standard")
    return signup


def test_a_chargeback_takes_the_cards_proof_away_and_another_way_stays_open(
    shop: APIClient, proven: str, with_stripe: StripePeer
) -> None:
    disputed(with_stripe)
    assert standing(shop) == ("challenge", "trial")
    assert "reported_chargeback" in reasons()
    assert "proven_payment" not in reasons()
    steps = {step["tier"]: step["any_of"] for step in shop.get(f"/v1/signups/{proven}").json()["next_checks"]}
    assert ["phone"] in steps["standard"]
    assert Assessment.objects.order_by("-id")[0].cause == "report"
    told = Event.objects.get(type="account.reported").data
    assert told == {"account_id": "acct_alice", "kind": "chargeback", "source": "stripe", "stands": True}


def test_a_dispute_that_is_won_gives_everything_back(shop: APIClient, proven: str, with_stripe: StripePeer) -> None:
    disputed(with_stripe)
    disputed(with_stripe, "closed", status="won")
    assert standing(shop) == ("allow", "standard")
    assert Report.objects.get().withdrawn_at is not None
    assert list(Event.objects.filter(type="account.reported").values_list("data__stands", flat=True)) == [True, False]


def test_a_dispute_that_is_lost_stays(shop: APIClient, proven: str, with_stripe: StripePeer) -> None:
    disputed(with_stripe)
    disputed(with_stripe, "closed", status="lost")
    assert standing(shop) == ("challenge", "trial")
    assert Report.objects.get().detail == "fraudulent, lost"


def test_a_quarrel_over_goods_speaks_against_nobody(shop: APIClient, proven: str, with_stripe: StripePeer) -> None:
    disputed(with_stripe, reason="product_not_received")
    assert Report.objects.get().kind == "dispute"
    assert standing(shop) == ("allow", "standard")


def test_a_bank_that_asks_first_is_a_warning(shop: APIClient, proven: str, with_stripe: StripePeer) -> None:
    disputed(with_stripe, status="warning_needs_response")
    assert Report.objects.get().kind == "fraud_warning"
    disputed(with_stripe, "closed", status="warning_closed")
    assert standing(shop) == ("allow", "standard")


def test_a_fraud_warning_takes_the_cards_proof_away(shop: APIClient, proven: str, with_stripe: StripePeer) -> None:
    with_stripe.warn("issfr_1", fingerprint=FINGERPRINT)
    call_back(callback("radar.early_fraud_warning.created", "issfr_1"))
    assert "reported_fraud_warning" in reasons()
    assert standing(shop)[1] != "standard"


def test_every_account_that_showed_the_card_hears_of_it_and_no_other(
    shop: APIClient, catch_up: CatchUp, with_stripe: StripePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "CHUNK", 2)
    for number in range(5):
        person = alice(account_id=f"acct_{number}", email=f"p{number}@example.org", device=None, phone=None)
        post(shop, "/v1/signups", {**person, "payment": PAYMENT})
    post(shop, "/v1/signups", alice(account_id="acct_other", payment={**PAYMENT, "fingerprint": "another"}))
    disputed(with_stripe)
    assert all("reported_chargeback" in reasons(f"acct_{number}") for number in range(5))
    assert "reported_chargeback" not in reasons("acct_other")
    assert Report.objects.get().applied_at is not None


def test_an_account_that_shows_the_card_later_hears_of_it_too(
    shop: APIClient, catch_up: CatchUp, with_stripe: StripePeer
) -> None:
    disputed(with_stripe)
    late = post(shop, "/v1/signups", alice(payment=PAYMENT)).json()
    assert late["outcome"] == "challenge"
    assert "reported_chargeback" in {reason["code"] for reason in late["reasons"]}


def test_a_card_passed_after_its_chargeback_proves_nothing_and_another_card_does(
    shop: APIClient, catch_up: CatchUp, with_stripe: StripePeer
) -> None:
    disputed(with_stripe)
    signup = post(shop, "/v1/signups", alice()).json()
    proofs = []
    for fingerprint in (FINGERPRINT, "another"):
        post(shop, f"/v1/signups/{signup['id']}/checks", {"kind": "payment"})
        catch_up()
        with_stripe.confirm(Check.objects.latest("pk").reference, fingerprint=fingerprint)
        post(shop, f"/v1/signups/{signup['id']}/checks/payment/answers", {})
        catch_up()
        proofs.append(Assessment.objects.order_by("-id")[0].facts["proofs"])
    assert proofs == [[], ["payment"]]


def test_a_payment_that_names_the_account_reaches_it_without_its_card(
    shop: APIClient, catch_up: CatchUp, with_stripe: StripePeer
) -> None:
    post(shop, "/v1/signups", alice())
    disputed(with_stripe, metadata={"gatehouse_account": "acct_alice"})
    assert "reported_chargeback" in reasons()


def test_applied_twice_a_report_has_its_effect_once(shop: APIClient, proven: str, with_stripe: StripePeer) -> None:
    disputed(with_stripe)
    before = Assessment.objects.count()
    Report.objects.update(applied_at=None, applied_to=0)
    apply_report.apply(args=(Report.objects.get().pk,)).get(disable_sync_subtasks=False)
    disputed(with_stripe)
    assert (Assessment.objects.count(), Report.objects.count()) == (before, 1)
    assert Event.objects.filter(type="account.reported").count() == 1


def test_a_report_whose_worker_died_is_swept_up(shop: APIClient, proven: str, with_stripe: StripePeer) -> None:
    told = reports.Telling("stripe", "dp_9", ReportKind.CHARGEBACK, timezone.now(), card=f"stripe:{FINGERPRINT}")
    reports.take(told, account=None, at=timezone.now() - timedelta(minutes=2))
    assert standing(shop) == ("allow", "standard")
    sweep_callbacks.apply().get(disable_sync_subtasks=False)
    assert standing(shop) == ("challenge", "trial")


def test_a_product_reports_abuse_and_clears_it_again(shop: APIClient, proven: str) -> None:
    path = "/v1/accounts/acct_alice/reports"
    reported = post(shop, path, {"kind": "abuse", "reference": "ticket-1", "colour": "red"})
    assert reported.status_code == 201
    assert (reported.json()["outcome"], reported.json()["warnings"]) == ("challenge", ["unknown field: colour"])
    assert "reported_abuse" in reasons()
    cleared = post(shop, path, {"kind": "cleared", "reference": "ticket-2"}).json()
    assert (cleared["outcome"], cleared["tier"]) == ("allow", "standard")


def test_clearing_one_account_leaves_the_card_reported_for_others(
    shop: APIClient, proven: str, with_stripe: StripePeer
) -> None:
    disputed(with_stripe)
    post(shop, "/v1/signups", alice(account_id="acct_b", payment=PAYMENT, device=None, email="b@example.org"))
    post(shop, "/v1/accounts/acct_alice/reports", {"kind": "cleared", "reference": "ticket-3"})
    assert standing(shop) == ("allow", "standard")
    assert "reported_chargeback" in reasons("acct_b")


def test_a_reference_told_twice_counts_once_and_cannot_change_its_meaning(shop: APIClient, proven: str) -> None:
    path = "/v1/accounts/acct_alice/reports"
    first, again = (post(shop, path, {"kind": "abuse", "reference": "ticket-1"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert Report.objects.count() == 1
    post(shop, "/v1/signups", alice(account_id="acct_b", device=None))
    for where, kind in ((path, "cleared"), ("/v1/accounts/acct_b/reports", "abuse")):
        refused = post(shop, where, {"kind": kind, "reference": "ticket-1"})
        assert (refused.status_code, refused.json()["code"]) == (409, "report_reference_taken")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"kind": "abuse"}, id="no reference"),
        pytest.param({"kind": "murder", "reference": "r"}, id="no such kind"),
        pytest.param({"kind": "abuse", "reference": "a b"}, id="a blank in the reference"),
        pytest.param({"kind": "abuse", "reference": "r", "at": "yesterday"}, id="no time"),
        pytest.param([], id="a list"),
    ],
)
def test_a_report_that_cannot_be_read_is_refused(shop: APIClient, body: Any) -> None:
    post(shop, "/v1/signups", alice())
    refused = post(shop, "/v1/accounts/acct_alice/reports", body)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")


def test_only_who_may_tell_and_sees_the_account_can_report(
    shop: APIClient, client_of: Callable[..., APIClient]
) -> None:
    post(shop, "/v1/signups", alice())
    body = {"kind": "abuse", "reference": "r"}
    assert post(client_of("signups:write"), "/v1/accounts/acct_alice/reports", body).status_code == 403
    assert post(shop, "/v1/accounts/nobody/reports", body).status_code == 404


def test_a_key_tells_so_much_in_a_day_and_another_key_goes_on(
    shop: APIClient, client_of: Callable[..., APIClient], settings: Settings
) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "reports": "2/day"}
    stolen, path = client_of("accounts:write"), "/v1/accounts/{}/reports"
    for number in range(3):
        name = f"acct_{number}"
        post(shop, "/v1/signups", alice(account_id=name, email=f"a{number}@harbour-mail.com", device=None, phone=None))
        last = post(stolen, path.format(name), {"kind": "abuse", "reference": f"r{number}"})
    assert (last.status_code, last.json()["code"]) == (429, "rate_limited")
    assert last.json()["violated_policies"] == ["reports"]
    assert 0 < int(last.headers["Retry-After"]) <= 86_400
    assert shop.get("/v1/accounts/acct_2").json()["outcome"] == "allow"
    assert Report.objects.count() == 2
    assert post(shop, path.format("acct_2"), {"kind": "abuse", "reference": "own"}).status_code == 201


def test_no_number_of_reports_by_one_who_lies_brings_an_innocent_further_than_a_challenge(
    shop: APIClient, client_of: Callable[..., APIClient]
) -> None:
    liar = client_of("accounts:write")
    post(shop, "/v1/signups", alice())
    kinds = ("abuse", "confirmed", "chargeback", "fraud_warning")
    for number in range(12):
        told = post(liar, "/v1/accounts/acct_alice/reports", {"kind": kinds[number % 4], "reference": f"lie{number}"})
        assert told.json()["outcome"] == "challenge", number
    cleared = post(shop, "/v1/accounts/acct_alice/reports", {"kind": "cleared", "reference": "looked-into"})
    assert cleared.json()["outcome"] == "allow"


def test_a_report_from_the_future_counts_from_now(shop: APIClient, proven: str) -> None:
    body = {"kind": "abuse", "reference": "r", "at": "2099-01-01T00:00:00Z"}
    told = post(shop, "/v1/accounts/acct_alice/reports", body).json()
    assert told["at"] < "2099"
    cleared = post(shop, "/v1/accounts/acct_alice/reports", {"kind": "cleared", "reference": "s"}).json()
    assert cleared["outcome"] == "allow"
