"""A history comes in, rings are looked for, and who fits one is held from the first decision on."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from rest_framework.test import APIClient

from bench.simulation.population import Plan, history
from bench.simulation.writer import signup_of
from config.lib.database import unhurried
from risk.models import Ring, RingMember
from risk.rings import arrivals
from risk.rings.states import RingChangeKind, RingState
from tests.conftest import post
from tiers.models import Account
from verification import containment
from verification.console.rings import page_of
from verification.exposure import figures_of
from verification.tasks.rings import detect_rings

NAMES = ("Ada", "Ben", "Cleo", "Dora", "Emil", "Finn", "Gina", "Hugo", "Ines", "Jan")
FAMILIES = ("Adler", "Brandt", "Conrad", "Dietz", "Ebert", "Fuchs", "Graf", "Horn", "Iser", "Jost")
OPERATORS = 40


def operated(number: int) -> dict[str, Any]:
    """An account of one who has a domain, numbers of one block and cards of one BIN, and a new line each time."""
    given, family = NAMES[number % 10], FAMILIES[number // 10 % 10]
    return {
        "account_id": f"ring_{number}",
        "ip": f"73.{20 + number}.{7 * number % 250}.{11 * number % 250 + 1}",
        "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{130 + number % 9}.0.0.0 Safari/537.36",
        "accept_language": "en-US,en",
        "email": f"{given}.{family}{1000 + 37 * number}@brightmarbles.xyz".lower(),
        "name": f"{given} {family}",
        "phone": f"+1415555{2000 + 3 * number}",
        "payment": {
            "provider": "stripe",
            "fingerprint": f"{number:016x}",
            "bin": "428837",
            "brand": "visa",
            "funding": "prepaid",
            "issuer_country": "US",
            "cvc_check": "pass",
            "postal_check": "unavailable",
        },
        "form": {"duration_ms": 20_000 + 997 * number, "keystrokes": 30 + number, "pastes": 0, "pointer_events": 40},
    }


@pytest.fixture
def signups(tmp_path: Path) -> Path:
    """A thousand honest people and one operator, among them."""
    lines = list(history(Plan(1_000, 20, "detecting", operators=())))
    rows = [signup_of(f"acct_{number}", line) for number, line in enumerate(lines)]
    start, end = lines[0].at, lines[-1].at
    for number in range(OPERATORS):
        at = start + (end - start) * (number + 1) / (OPERATORS + 2)
        rows.append({**operated(number), "created_at": at.isoformat()})
    rows.sort(key=lambda row: str(row["created_at"]))
    path = tmp_path / "signups.jsonl"
    path.write_text("".join(f"{json.dumps(row, default=str)}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def unlimited(db: None) -> Iterator[None]:
    """As manage.py starts commands: their queries take as long as they take."""
    with unhurried():
        yield


@pytest.fixture
def ring(signups: Path, db: None) -> Ring:
    """The ring that was found after the history came in."""
    call_command("import_signups", str(signups))
    call_command("detect_rings", "--full")
    arrivals.forget()
    return Ring.objects.get()


def _members(ring: Ring) -> set[str]:
    subjects = RingMember.objects.filter(ring=ring, left_at=None).values_list("subject", flat=True)
    return set(Account.objects.filter(pk__in=subjects).values_list("account_id", flat=True))


def test_the_operator_is_found_and_nobody_else(ring: Ring, tmp_path: Path) -> None:
    found = _members(ring)
    assert len([account for account in found if account.startswith("ring_")]) >= OPERATORS - 2
    assert len([account for account in found if account.startswith("acct_")]) <= 1
    out = tmp_path / "standing.jsonl"
    call_command("export_standing", str(out))
    standing = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {line["account_id"] for line in standing if line["ring"]} == found
    assert {line["ring"] for line in standing if line["ring"]} == {ring.public_id}
    assert all(line["held"] for line in standing if line["ring"])


def test_what_was_found_is_told_over_http_and_on_its_page(ring: Ring, client_of: Any, nora: User) -> None:
    told = client_of("rings:read").get(f"/v1/rings/{ring.public_id}").json()
    lines = {line["link"]: line for line in told["template"]["lines"]}
    assert lines["DOMAIN"]["words"] == "the same mail domain"
    assert lines["DOMAIN"]["shown"].endswith(("mail domain", "mail domains"))
    desk = Client()
    desk.force_login(nora)
    page = desk.get(page_of(ring.pk)).content.decode()
    assert all(f"<td>{escape(line['shown'])}</td>" in page for line in lines.values())


def test_who_fits_is_held_from_the_first_decision_on_and_is_not_told_why(ring: Ring, shop: APIClient) -> None:
    answered = post(shop, "/v1/signups", operated(OPERATORS + 3)).json()
    assert answered["outcome"] in {"review", "deny"}
    assert f"ring_{OPERATORS + 3}" in _members(ring)
    said = json.dumps(answered).lower()
    assert not [word for word in ("brightmarbles", "block", "bin", ring.public_id.lower()) if f'"{word}"' in said]


def test_who_does_not_fit_is_not(ring: Ring, shop: APIClient) -> None:
    (line,) = list(history(Plan(1, 1, "a newcomer", operators=())))
    body = {**signup_of("acct_new", line), "created_at": (timezone.now() - timedelta(minutes=1)).isoformat()}
    body.pop("created_at")
    post(shop, "/v1/signups", json.loads(json.dumps(body, default=str)))
    assert "acct_new" not in _members(ring)


def test_the_task_of_beat_finds_what_the_command_finds(signups: Path, db: None) -> None:
    call_command("import_signups", str(signups))
    assert detect_rings(full=True) == 1
    ring = Ring.objects.get()
    assert len(_members(ring)) >= OPERATORS - 2
    assert ring.added_up.a_day == figures_of(ring, at=timezone.now()).a_day > 0, "who is told of it finds its sums"


def test_the_summary_fits_a_screen(ring: Ring, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    call_command("detect_rings", "--full", stdout=io.StringIO())
    said = capsys.readouterr().out
    assert ring.public_id in said
    assert len(said.splitlines()) <= 24


def test_the_same_ring_found_again_keeps_its_id(ring: Ring) -> None:
    call_command("detect_rings", "--full")
    assert Ring.objects.get().public_id == ring.public_id
    assert Ring.objects.get().state == RingState.SUSPECTED


@pytest.fixture
def report(client_of: Any) -> Callable[..., None]:
    """A product tells what became of accounts."""
    caller = client_of("accounts:write")

    def tell(kind: str, *accounts: str) -> None:
        for account in accounts:
            body = {"kind": kind, "reference": f"{kind}_{account}"}
            assert post(caller, f"/v1/accounts/{account}/reports", body).status_code == 201

    return tell


def test_a_ring_whose_members_are_cleared_falls_under_the_line_and_lets_them_go(
    ring: Ring, report: Callable[..., None]
) -> None:
    assert ring.contained_at is not None
    before = ring.score
    report("cleared", *sorted(_members(ring))[:6])
    call_command("detect_rings", "--full")
    ring.refresh_from_db()
    assert 50 < ring.score < 90 < before
    assert ring.changes.filter(kind=RingChangeKind.SCORED).get().data == {"score": ring.score, "before": before}
    assert ring.evidence[-1]["aspect"] == "labels"
    assert ring.evidence[-1]["words"] == "6 members found honest, for the whole ring"
    report("cleared", *sorted(_members(ring))[6:16])
    call_command("detect_rings", "--full")
    ring.refresh_from_db()
    assert ring.size == 0
    assert not Ring.objects.filter(contained_at__isnull=False).exists()
    assert not Account.objects.filter(account_id__startswith="ring_", held=True).exists()


def test_members_reported_for_abuse_speak_for_their_ring_and_what_is_cleared_again_does_not(
    ring: Ring, report: Callable[..., None]
) -> None:
    some = sorted(_members(ring))[:8]
    report("cleared", *some)
    call_command("detect_rings", "--full")
    doubted = Ring.objects.get().score
    report("abuse", *sorted(_members(ring))[8:18])
    call_command("detect_rings", "--full")
    assert Ring.objects.get().score > doubted + 5
    report("cleared", *sorted(_members(ring))[8:10])
    call_command("detect_rings", "--full")
    assert doubted < Ring.objects.get().score


def test_a_confirmed_ring_stays_one_whatever_is_reported_of_its_members(
    ring: Ring, report: Callable[..., None]
) -> None:
    containment.confirm(ring.pk, by="user:1", note="one script", at=timezone.now())
    report("cleared", *sorted(_members(ring)))
    call_command("detect_rings", "--full")
    ring.refresh_from_db()
    assert ring.state == RingState.CONFIRMED
    assert ring.size >= OPERATORS - 2
