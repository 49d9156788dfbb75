"""All accounts are decided again, once each, in chunks that can be stopped anywhere."""

from collections import Counter
from collections.abc import Callable

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from risk.models import Assessment
from risk.policies.store import DEFAULT, publish, read
from tests.cast import alice
from tests.conftest import post
from tests.verification.console.desk import desk_of, text, user_of
from tiers.models import Account
from verification import redeciding
from verification.models import Redecision
from verification.tasks import sweep_redecisions

PEOPLE = 7


@pytest.fixture(autouse=True)
def people(shop: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two chunks of accounts, and a policy since that judges them otherwise."""
    monkeypatch.setattr(redeciding, "CHUNK", 3)
    for number in range(PEOPLE):
        person = alice(account_id=f"acct_{number}", email=f"p{number}@gmail.com", device=None, phone=None)
        assert post(shop, "/v1/signups", person).status_code == 201
    publish({**read(DEFAULT), "prior": 0.05})


def started() -> Redecision:
    return redeciding.start(why="a new prior", by="command", at=timezone.now())


def redecided() -> Counter[int]:
    return Counter(Assessment.objects.filter(cause="policy").values_list("subject", flat=True))


def test_everybody_is_decided_once_under_the_policy_in_force() -> None:
    before = set(Account.objects.values_list("score", flat=True))
    run = started()
    assert not redeciding.go_on(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert (run.decided, run.passed_over, run.percent) == (PEOPLE, 0, 100)
    assert set(redecided().values()) == {1}
    assert len(redecided()) == PEOPLE
    assert set(Account.objects.values_list("score", flat=True)).isdisjoint(before)
    assert AuditEntry.objects.get(act="accounts.redecide").details == {"why": "a new prior"}


def test_stopped_in_the_middle_it_goes_on_from_there_and_decides_nobody_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    run = started()
    assert redeciding.go_on(run.pk, at=timezone.now(), seconds=0)
    with monkeypatch.context() as dying:
        dying.setattr(redeciding, "redecide_all", _die)
        with pytest.raises(OperationalError):
            redeciding.go_on(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert (run.decided, len(redecided())) == (3, 3)
    assert not redeciding.go_on(run.pk, at=timezone.now())
    assert redecided() == Counter(Account.objects.values_list("pk", flat=True))


def _die(*_: object, **__: object) -> list[object]:
    raise OperationalError("away")


def test_a_chunk_that_two_are_given_is_decided_once() -> None:
    run = started()
    stale = Redecision.objects.get(pk=run.pk)
    redeciding._chunk(run, timezone.now())
    redeciding._chunk(stale, timezone.now())
    assert set(redecided().values()) == {1}
    assert len(redecided()) == 3


def test_one_that_cannot_be_read_stops_nobody_else() -> None:
    broken = Account.objects.order_by("pk")[1]
    Assessment.objects.filter(subject=broken.pk).update(facts={"nonsense": True})
    run = started()
    assert not redeciding.go_on(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert (run.decided, run.passed_over) == (PEOPLE - 1, 1)


def test_a_run_whose_task_was_lost_is_swept_up(catch_up: Callable[[], int], clock: time_machine.Traveller) -> None:
    run = started()
    sweep_redecisions.apply()
    assert redecided() == Counter()
    clock.shift(redeciding.LOST.total_seconds() + 1)
    sweep_redecisions.apply()
    run.refresh_from_db()
    assert run.finished_at is not None
    assert len(redecided()) == PEOPLE


def test_the_command_decides_here_and_the_console_shows_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    run = started()
    redeciding.go_on(run.pk, at=timezone.now(), seconds=0)
    desk: Client = desk_of(user_of("victor", "Viewer"))
    listed = text(desk.get("/console/verification/redecision/"))
    assert "a new prior" in listed
    assert f"{run.percent} %" in listed or "running" in listed
    call_command("redecide", "--resume", str(run.pk), "--here")
    assert f"{PEOPLE:,} accounts decided again" in capsys.readouterr().out
    assert "100 %" in text(desk.get("/console/verification/redecision/"))
    with pytest.raises(CommandError, match="could go on"):
        call_command("redecide", "--resume", str(run.pk))
