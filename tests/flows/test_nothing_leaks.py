"""Marked values go through every journey, and nothing that comes out holds one: not even the database's own dump.

What a caller sends is looked for in logs, answers, errors, events, webhooks, metrics, console pages, what partners are
told, Valkey, and every row of every table as PostgreSQL stores it. The person's own answer may show a mask of where a
code went. What a person writes in an appeal stands on their own page, and on the one where it is answered; the link to
it is told to nobody but its caller. Traces are walked in tests/flows/test_traces.py, for that takes a whole site.
"""

import io
import logging
import logging.config
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from redis import Redis
from rest_framework.test import APIClient

from config.lib.logs import logging_config
from config.lib.models import AuditEntry
from risk.facts import Word
from risk.list_entries import Wanted, add
from risk.models import Ring, RingMember
from tests.cast import alice, window
from tests.conftest import post
from tests.flows.test_lists import policy
from tests.flows.test_sharing import partner
from tests.flows.test_taxii import got, reader
from tests.operator import ring_of
from tests.receiver import Receiver
from tiers.models import Account
from verification.containment import confirm
from verification.models import Event, Signup
from verification.review import give_word
from verification.sharing_models import Partner
from verification.tasks.periodic import forget, learn_devices, learn_pairs, watch_friction
from verification.tasks.sharing import share_rings

MAILBOX, LATER, PHONE, ADDRESS, USED_FROM = (
    "qzmarkmailbox@marked.example",
    "qzmarklater@marked.example",
    "+14155552673",
    "84.44.131.77",
    "84.44.131.78",
)
UNDELIVERABLE = "undeliverable.qzmark@marked.example"
SENT: dict[str, Any] = alice(
    account_id="acct_marked",
    email=MAILBOX,
    name="Qzmarkfirst Qzmarklast",
    phone=PHONE,
    ip=ADDRESS,
    user_agent="Mozilla/5.0 (X11; Linux x86_64) QzMarkAgent/7.1",
    payment={"provider": "stripe", "fingerprint": "qzmarkcard0001", "bin": "424242"},
)
SENT["device"] |= {"visitor_id": "qzmarkvisitor0000000", "canvas": "qzmarkcanvas", "fonts": ["Qzmarkfont"]}
MARKS = ("qzmark", "zqsentence", "4155552673", "415 555 2673", ADDRESS, USED_FROM)
SENTENCE = "Zqsentence: I am Qzmarkfirst, write to qzmarkmailbox@marked.example"
MASKS = ("q***@marked.example", "+14...2673", "***")  # what the person's own answer may show


def marks_in(text: str) -> set[str]:
    """Which marks stand in a text, however they are written."""
    lowered = text.lower()
    return {mark for mark in MARKS if mark in lowered}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, as production writes it."""
    before, stream = structlog.get_config(), io.StringIO()
    configured = logging.config.DictConfigurator(logging_config(log_format="json", level="DEBUG"))
    formatter: Any = configured.config["formatters"]["gatehouse"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(configured.configure_formatter(formatter))
    root = logging.getLogger()
    level, root.level = root.level, logging.INFO
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    structlog.configure(**before)


@pytest.fixture
def partners(tmp_path: Path) -> Callable[[Ring], list[str]]:
    """What a partner is told, by file and by TAXII, once a ring is confirmed."""

    def go(ring: Ring) -> list[str]:
        partner(tmp_path)
        RingMember.objects.filter(ring=ring).update(joined_at=timezone.now() - timedelta(days=1))
        confirm(ring.pk, by="user:1", note="one script", at=timezone.now())
        share_rings()
        out = tmp_path / "acme.json"
        call_command("export_indicators", str(out), "--partner", "acme", stdout=io.StringIO())
        root = f"/taxii2/gatehouse/collections/{Partner.objects.get(name='acme').collection}/"
        answers = [got(reader(), f"{root}{end}/") for end in ("objects", "manifest")]
        assert any(each["type"] == "intrusion-set" for each in answers[0].json()["objects"])
        assert "x-gatehouse-mark" in out.read_text(encoding="utf-8")
        return [out.read_text(encoding="utf-8"), *(f"{answer.content} {dict(answer.items())}" for answer in answers)]

    return go


@pytest.fixture
def journeys(
    shop: APIClient, client_of: Callable[..., APIClient], catch_up: Callable[[], int], code_for: Callable[[str], str]
) -> Callable[[], list[Any]]:
    """Every journey that a caller, an outside party or a gateway starts; what each was answered."""

    def go() -> list[Any]:
        answers = [post(shop, "/v1/signups", SENT)]
        signup = answers[0].json()["id"]
        for kind, to in (("email", MAILBOX), ("phone", PHONE)):
            answers.append(post(shop, f"/v1/signups/{signup}/checks", {"kind": kind}))
            catch_up()
            wrong = post(shop, f"/v1/signups/{signup}/checks/{kind}/answers", {"code": "000001"})
            right = post(shop, f"/v1/signups/{signup}/checks/{kind}/answers", {"code": _code(code_for, to)})
            answers += [wrong, right]
        answers.append(post(shop, f"/v1/signups/{signup}/checks", {"kind": "email", "to": LATER}))
        catch_up()
        answers += [
            post(client_of("usage:write"), "/v1/usage", [window(account_id="acct_marked", ip=USED_FROM)]),
            post(shop, "/v1/accounts/acct_marked/reports", {"kind": "abuse", "reference": "r1"}),
            post(shop, "/v1/accounts/acct_marked/rechecks", {}),
            post(shop, "/v1/callbacks/stripe", {"email": MAILBOX, "id": "evt_qzmark"}),
            post(
                shop,
                "/v1/signups",
                {**SENT, "account_id": "acct_refused", "email": UNDELIVERABLE},
            ),
        ]
        refused = answers[-1].json()["id"]
        answers.append(post(shop, f"/v1/signups/{refused}/checks", {"kind": "email"}))
        catch_up()
        return [*answers, *_errors(shop), *_reads(shop, signup)]

    return go


def _code(code_for: Callable[[str], str], to: str) -> str:
    """Of somebody who was asked for it: a check that was refused has none, and that is answered too."""
    try:
        return code_for(to)
    except StopIteration:
        return "000002"


def _errors(shop: APIClient) -> list[Any]:
    """What is wrong in every way, with marked values in it."""
    return [
        post(shop, "/v1/signups", SENT),  # the account is there
        post(shop, "/v1/signups", {**SENT, "account_id": "acct_2", "phone": [PHONE]}),
        post(shop, "/v1/signups", {**SENT, "account_id": "acct_2", "email": MAILBOX * 500}),
        post(shop, "/v1/signups", {**SENT, "account_id": "acct_2", "qzmarkfield": MAILBOX, "created_at": "2026-01-01"}),
        shop.post("/v1/signups", f'{{"email": "{MAILBOX}', content_type="application/json"),
        post(shop, "/v1/usage", [window(ip=USED_FROM, client=MAILBOX)]),
        post(shop, "/v1/lists/nothing/entries", {"value": MAILBOX, "reason": "x"}),
        shop.get("/v1/accounts/acct_marked_not/tier"),
        post(APIClient(), "/v1/signups", SENT),
    ]


def _reads(shop: APIClient, signup: str) -> list[Any]:
    paths = [
        f"signups/{signup}",
        "accounts/acct_marked",
        "accounts/acct_marked/tier",
        "tiers",
        "tier-changes",
        "webhook-endpoints",
        "reports/friction",
        "schema",
        "lists/known/entries",
    ]
    return [shop.get(f"/v1/{path}") for path in paths]


def test_nothing_that_comes_out_holds_a_marked_value(
    *,
    logged: io.StringIO,
    shop: APIClient,
    hooked: Receiver,
    journeys: Callable[[], list[Any]],
    nora: User,
    client: Client,
    tmp_path: Path,
    partners: Callable[[Ring], list[str]],
    catch_up: Callable[[], int],
) -> None:
    policy({"name": "known", "of": "emails", "effect": "watch", "entries": []})
    endpoint = post(shop, "/v1/webhook-endpoints", {"url": hooked.url, "events": ["*"]}).json()["id"]
    add([Wanted("known", MAILBOX, "seen before")], author="nora")
    answers = journeys()
    account = Account.objects.get(account_id="acct_marked")
    ring = ring_of([account])
    give_word(account.pk, word=Word.HOLD, note="to look at", analyst=nora, at=timezone.now())
    for shared in partners(ring):
        assert not marks_in(shared), shared[:2000]
    link = _appealed(shop, Signup.objects.get(account=account))
    catch_up()
    for task in (learn_devices, learn_pairs, watch_friction, forget):
        task()
    standing = tmp_path / "standing.jsonl"
    call_command("export_standing", str(standing))
    assert not marks_in(standing.read_text(encoding="utf-8"))
    answers += [shop.get(f"/v1/webhook-endpoints/{endpoint}/deliveries"), client.get("/metrics"), client.get("/readyz")]
    assert {answer.status_code for answer in answers} >= {200, 201, 202, 400, 401, 404, 409}
    for answer in answers:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = f"{body.decode(errors='replace')} {dict(answer.items())}"
        for mask in MASKS:
            text = text.replace(mask, "")
        if "qzmarkfield" in text:  # the name of a field that nobody knows is told, for it is the caller's own
            text = text.replace("qzmarkfield", "")
        assert not marks_in(text), text[:2000]
    kept = Signup.objects.get(account=account).person
    assert marks_in(str(kept)) >= {"qzmark", "4155552673", ADDRESS}  # it went in, and can be found
    assert Event.objects.filter(account=account).count() > 5
    assert len(hooked.got) > 0
    for received in hooked.got:
        said = f"{received.path} {received.headers} {received.body}"
        assert not marks_in(said)
        assert link not in said
    assert "appeal.opened" in "".join(received.body for received in hooked.got)
    told = logged.getvalue()
    assert link not in told
    assert len(told) > 100
    assert not marks_in(told), [line for line in told.splitlines() if marks_in(line)][:3]
    _pages_show_none(client, nora, Signup.objects.get(account=account).pk, ring.pk)
    _stores_hold_none(link)


def _appealed(shop: APIClient, signup: Signup) -> str:
    """The person asks for a second look in words of their own; the part of their link that lets one in."""
    link = str(shop.get(f"/v1/signups/{signup.public_id}").json()["appeal_url"])
    path = link.removeprefix(django_settings.GATEHOUSE_URL)
    assert Client().post(f"{path}texts", {"text": SENTENCE}).headers["Location"] == f"{path}?said=opened"
    assert "Zqsentence" in Client().get(path).content.decode()
    missing = Client().get(f"/appeal/{SENTENCE}/")
    assert missing.status_code == 404
    return path.rstrip("/").rpartition("/")[2]


def _pages_show_none(client: Client, nora: User, signup: int, ring: int) -> None:
    """Every list of the console, and the pages of the person."""
    client.force_login(nora)
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in apps.get_models()
        if model._meta.app_label in {"lib", "risk", "tiers", "verification"} and _is_listed(model)
    ]
    assert len(lists) > 12
    signup_page = reverse("admin:verification_signup_change", args=[signup])
    pages = [
        *lists,
        signup_page,
        reverse("admin:risk_ring_change", args=[ring]),
        reverse("admin:index"),
    ]
    for page in pages:
        shown = client.get(page)
        assert shown.status_code == 200, page
        text = shown.content.decode()
        for mask in MASKS:
            text = text.replace(mask, "")
        if signup_page == page:  # where an analyst answers the appeal, its words are read
            assert "Zqsentence" in text
            text = text.replace(escape(SENTENCE), "")
        assert "zqsentence" not in text.lower(), page
        if "inboxmessage" not in page:  # the development inbox shows what would have been sent
            assert not marks_in(text), page


def _is_listed(model: Any) -> bool:
    try:
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    except Exception:  # noqa: BLE001 - no page of it
        return False
    return True


def _stores_hold_none(link: str) -> None:
    """Neither a value, nor what lets a person in to their appeal."""
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT row::text FROM "{model._meta.db_table}" row')  # noqa: S608 - names of our own models
            for (row,) in cursor.fetchall():
                assert not marks_in(row), (model, row[:400])
                assert link not in row, model
    valkey = Redis.from_url(django_settings.REDIS_URL)
    for key in valkey.scan_iter(count=1000):
        assert not marks_in(key.decode(errors="replace"))
        kind = valkey.type(key)
        value = valkey.get(key) if kind == b"string" else valkey.hgetall(key) if kind == b"hash" else b""
        assert not marks_in(repr(value)), key
    assert not any(marks_in(entry.details_json) for entry in AuditEntry.objects.all())
