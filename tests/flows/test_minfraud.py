"""Products that use minFraud's clients change a host name and a licence key: the answers are of their form."""

import base64
import hashlib
import uuid
from typing import Any

import pytest
from minfraud.models import Factors, Insights, Score
from rest_framework.test import APIClient

from config.lib.auth import KeyKind, KeyOrder, Mode, create_key, issue
from risk.models import Assessment, Identifier
from tests.cast import ALICE, BOB, TRANSACTION
from tests.conftest import post
from tiers.models import Account
from verification.models import Report, Signup

UNREADABLE: list[Any] = [
    [],
    "x",
    {"device": []},
    {"device": {"ip_address": 7}},
    {"email": {"address": "x" * 3000}},
]


SCOPES = ["signups:write", "scores:read", "accounts:write"]


def client_with_licence(key: str, account_id: str = "42") -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION="Basic " + base64.b64encode(f"{account_id}:{key}".encode()).decode())
    return client


@pytest.fixture
def licence(db: None) -> str:
    return create_key(kind="secret", scopes=SCOPES, application="shop", name="minFraud")


@pytest.fixture
def minfraud(licence: str) -> APIClient:
    return client_with_licence(licence)


def ask(client: APIClient, service: str, **changes: Any) -> Any:
    return post(client, f"/minfraud/v2.0/{service}", {**TRANSACTION, **changes})


@pytest.mark.parametrize(("service", "model"), [("score", Score), ("insights", Insights), ("factors", Factors)])
def test_an_answer_is_of_the_form_that_the_official_client_reads(minfraud: APIClient, service: str, model: Any) -> None:
    answered = ask(minfraud, service)
    assert answered.status_code == 200, answered.content
    assert answered.headers["Content-Type"].startswith(f"application/vnd.maxmind.com-minfraud-{service}+json")
    locales = () if service == "score" else (("en",),)
    read = model(*locales, **answered.json())
    assert 0.01 <= read.risk_score <= 99
    assert 0.01 <= read.ip_address.risk <= 99
    assert str(uuid.UUID(read.id)) == read.id
    assert read.funds_remaining is None
    assert read.disposition.action in {"accept", "manual_review", "reject"}


def test_a_transaction_is_a_signup_of_the_account_that_it_names(minfraud: APIClient) -> None:
    told = ask(minfraud, "score").json()
    account = Account.objects.get()
    assert (account.account_id, Signup.objects.get().application) == ("acct_alice", "shop")
    assert told["risk_score"] == pytest.approx(max(0.01, round(account.score, 2)))
    facts = Assessment.objects.get().facts
    assert (facts["phone"]["country"], facts["mailbox"]["domain"], facts["network"]["country"]) == (
        "US",
        "gmail.com",
        "US",
    )
    assert (facts["card"]["cvc_check"], facts["card"]["postal_check"]) == ("fail", "pass")
    assert "card_cvc_failed" in {line["code"] for line in Assessment.objects.get().reasons}


def test_what_is_known_is_told_and_the_rest_is_null(minfraud: APIClient) -> None:
    told = ask(minfraud, "factors").json()
    assert told["email"]["is_free"] is True
    assert told["email"]["is_disposable"] is False
    assert told["email"]["is_high_risk"] is told["email"]["domain"]["volume"] is None
    assert told["ip_address"]["country"]["iso_code"] == "US"
    assert told["ip_address"]["traits"]["autonomous_system_number"] > 0
    assert told["credit_card"]["country"] == "US"
    assert told["credit_card"]["is_virtual"] is None
    assert told["billing_phone"]["country"] == "US"
    assert set(told["billing_address"].values()) == set(told["shipping_address"].values()) == {None}
    assert set(told["subscores"].values()) == {None}
    reasons = {line["reasons"][0]["code"]: line["multiplier"] for line in told["risk_score_reasons"]}
    assert reasons["CARD_CVC_FAILED"] > 1


def test_who_is_worse_scores_higher_and_is_rejected_or_reviewed(minfraud: APIClient) -> None:
    good = ask(minfraud, "score").json()
    device = {"ip_address": BOB["ip"], "user_agent": BOB["user_agent"]}
    bad = {"account": {"user_id": "acct_bob"}, "device": device, "email": {"address": BOB["email"]}}
    told = ask(minfraud, "score", **bad).json()
    assert told["risk_score"] > good["risk_score"]
    assert told["disposition"]["action"] in {"manual_review", "reject"}


def test_asked_again_the_account_is_one_and_each_answer_has_an_id_of_its_own(minfraud: APIClient) -> None:
    ids = {ask(minfraud, service).json()["id"] for service in ("score", "score", "insights")}
    assert len(ids) == 3
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "account_id"),
    [
        ({"account": None}, "txn_" + hashlib.sha256(b"txn-1").hexdigest()[:32]),
        ({"account": {"user_id": "Jöhn Dœ"}}, "user_" + hashlib.sha256("Jöhn Dœ".encode()).hexdigest()[:32]),
    ],
)
def test_an_account_without_an_id_of_ours_gets_one_that_stays(
    minfraud: APIClient, changes: dict[str, Any], account_id: str
) -> None:
    for _ in range(2):
        assert ask(minfraud, "score", **changes).status_code == 200
    assert Account.objects.get().account_id == account_id


def test_a_hashed_address_links_and_is_not_looked_into(minfraud: APIClient) -> None:
    digest = hashlib.md5(b"alice.archer@gmail.com", usedforsecurity=False).hexdigest()
    told = ask(minfraud, "insights", email={"address": digest.upper(), "domain": "gmail.com"}).json()
    assert told["email"]["is_free"] is None
    ask(minfraud, "insights", account={"user_id": "acct_2"}, email={"address": digest, "domain": "gmail.com"})
    assert Assessment.objects.latest("pk").facts["velocity"]["mailbox_accounts_30d"] == 1


def test_fields_that_minfraud_does_not_have_are_warned_of(minfraud: APIClient) -> None:
    told = ask(minfraud, "score", colour="red", device={"ip_address": ALICE["ip"], "shoe": 42}).json()
    assert [warning["input_pointer"] for warning in told["warnings"]] == ["/colour", "/device/shoe"]
    assert {warning["code"] for warning in told["warnings"]} == {"INPUT_UNKNOWN"}


@pytest.mark.parametrize("body", UNREADABLE)
def test_what_cannot_be_read_is_refused_in_minfrauds_words(minfraud: APIClient, body: Any) -> None:
    answered = post(minfraud, "/minfraud/v2.0/score", body)
    assert answered.status_code == 400
    assert set(answered.json()) == {"code", "error"}
    broken = minfraud.post("/minfraud/v2.0/score", "{", content_type="application/json")
    assert (broken.status_code, broken.json()["code"]) == (400, "JSON_INVALID")


def test_a_licence_key_is_a_key_of_ours_and_nothing_else_opens(licence: str) -> None:
    powerless = create_key(kind="secret", scopes=[], application="a", name="")
    wrong = [
        (APIClient(), 401, "AUTHORIZATION_INVALID"),
        (client_with_licence("gh_sk_live_aaaaaaaaaaaa_" + "x" * 43), 401, "AUTHORIZATION_INVALID"),
        (client_with_licence(licence[:-1]), 401, "AUTHORIZATION_INVALID"),
        (
            client_with_licence(powerless),
            403,
            "PERMISSION_REQUIRED",
        ),
    ]
    for client, status, code in wrong:
        answered = ask(client, "score")
        assert (answered.status_code, answered.json()["code"]) == (status, code)
    assert not Account.objects.exists()


@pytest.mark.parametrize("tag", [None, [], ["chargeback"], {"chargeback": 1}, 7, "stolen"])
def test_a_report_whose_tag_is_none_is_told_so(minfraud: APIClient, tag: Any) -> None:
    assert report(minfraud, ip_address=ALICE["ip"], tag=tag) == 400


@pytest.mark.parametrize("service", ["score", "insights", "factors"])
def test_half_a_surrogate_pair_is_answered(minfraud: APIClient, service: str) -> None:
    device = {"ip_address": "152.216\ud83d.7.110", "user_agent": "\ud800", "\ud800": 1}
    assert ask(minfraud, service, device=device).status_code == 200


def report(client: APIClient, **told: Any) -> int:
    status: int = post(client, "/minfraud/v2.0/transactions/report", told).status_code
    return status


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("chargeback", "chargeback"),
        ("suspected_fraud", "fraud_warning"),
        ("spam_or_abuse", "abuse"),
        ("not_fraud", "cleared"),
    ],
)
@pytest.mark.parametrize("by", ["minfraud_id", "transaction_id"])
def test_a_report_reaches_the_account_of_its_transaction_and_counts_once(
    minfraud: APIClient, tag: str, kind: str, by: str
) -> None:
    told = ask(minfraud, "score").json()
    named = {by: told["id"] if by == "minfraud_id" else "txn-1"}
    for _ in range(2):
        assert report(minfraud, tag=tag, **named) == 204
    kept = Report.objects.get()
    assert (kept.kind, kept.account.account_id if kept.account else None) == (kind, "acct_alice")


def test_a_report_can_be_taken_back(minfraud: APIClient) -> None:
    told = ask(minfraud, "score").json()
    report(minfraud, tag="spam_or_abuse", minfraud_id=told["id"])
    worse = Account.objects.get().score
    assert report(minfraud, tag="clear", minfraud_id=told["id"]) == 204
    assert Report.objects.get().withdrawn_at is not None
    assert Account.objects.get().score < worse


def test_a_report_of_what_nobody_asked_about_changes_nothing(minfraud: APIClient) -> None:
    assert report(minfraud, tag="chargeback", minfraud_id=str(uuid.uuid4())) == 204
    assert report(minfraud, tag="chargeback", transaction_id="unknown") == 204
    assert report(minfraud, tag="chargeback", ip_address="8.8.8.8") == 204
    assert not Report.objects.exists()
    assert report(minfraud, tag="other", transaction_id="x") == 400
    assert report(minfraud, tag="chargeback", minfraud_id="x") == 400


def test_a_test_key_counts_nowhere_and_sees_no_live_transaction(minfraud: APIClient) -> None:
    live = ask(minfraud, "score").json()["id"]
    _, key = issue(KeyOrder(KeyKind.SECRET, tuple(SCOPES), "shop", "t", Mode.TEST))
    test = client_with_licence(key)
    assert report(test, tag="chargeback", minfraud_id=live) == 204
    assert not Report.objects.exists()
    told = ask(test, "score", account={"user_id": "acct_test"})
    assert told.status_code == 200
    assert not Identifier.objects.filter(subject=Account.objects.get(account_id="acct_test").pk).exists()
