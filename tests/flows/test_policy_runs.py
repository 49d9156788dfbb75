"""A policy that is published for accounts of before too decides exactly those whom it moves, and can be stopped."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from rest_framework.test import APIClient

from config.lib.models import AuditEntry
from risk.models import Assessment, PolicyState, StoredPolicy
from risk.policies.store import DEFAULT, active, read
from tests.flows.test_rechecking import decided_since, last_assessment, sign_up
from tiers.models import Account
from verification import policy_runs, publishing
from verification.recheck_models import PolicyRun
from verification.tasks import run_policy, sweep_policy_runs


def policy(name: str, **changes: Any) -> dict[str, Any]:
    return {**read(DEFAULT), "name": name, **changes}


HARSH: dict[str, Any] = {"rules": [{"name": "numbers", "when": 'phone.country == "US"', "floor": "deny"}]}


def published(*, before: bool = True, **changes: Any) -> StoredPolicy:
    stored = publishing.draft(policy(str(sorted(changes))[:60], **changes), by="user:1")
    return publishing.publish(stored, by="user:1", before=before)


def done(run: PolicyRun, *, seconds: float = policy_runs.PIECE_SECONDS) -> int:
    """All pieces of a run; how many there were."""
    pieces = 1
    while policy_runs.go_on(run.pk, at=timezone.now(), seconds=seconds):
        pieces += 1
        assert pieces < 50
    run.refresh_from_db()
    return pieces


@pytest.fixture
def five(shop: APIClient) -> None:
    """Three with American numbers and two without."""
    for number in range(5):
        sign_up(shop, f"acct_{number}", phone=None if number % 2 else f"+1415555{2670 + number}")


def test_exactly_those_whom_it_moves_are_decided_again(five: None) -> None:
    before = last_assessment()
    stored = published(**HARSH)
    run = PolicyRun.objects.get()
    assert (run.state, run.percent) == ("running", 0)
    done(run)
    assert decided_since(before) == [("acct_0", "policy"), ("acct_2", "policy"), ("acct_4", "policy")]
    assert (run.looked, run.decided, run.state, run.percent) == (5, 3, "finished", 100)
    assert set(Account.objects.filter(outcome="deny").values_list("account_id", flat=True)) == {
        *("acct_0", "acct_2", "acct_4")
    }
    assert Assessment.objects.latest("pk").policy_digest == stored.digest
    assert not policy_runs.go_on(run.pk, at=timezone.now())
    assert len(decided_since(before)) == 3


def test_from_now_on_only_is_what_publishing_does_unless_it_is_asked_otherwise(five: None) -> None:
    before = last_assessment()
    published(before=False, **HARSH)
    assert not PolicyRun.objects.exists()
    assert decided_since(before) == []


def test_who_stands_the_same_is_left_as_decided_and_who_missed_an_earlier_policy_is_reached(five: None) -> None:
    before = last_assessment()
    published(half_lives={"device": {"days": 3}})
    run = PolicyRun.objects.get()
    done(run)
    assert (run.state, run.looked, run.decided) == ("finished", 5, 0)
    assert decided_since(before) == []
    published(before=False, **HARSH)
    published(half_lives={"device": {"days": 4}}, **HARSH)  # no other than the last, which reached nobody of before
    done(PolicyRun.objects.latest("pk"))
    assert len(decided_since(before)) == 3


def test_it_goes_on_where_it_was_stopped_and_a_piece_that_runs_twice_counts_once(
    five: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_runs, "CHUNK", 2)
    before = last_assessment()
    published(**HARSH)
    run = PolicyRun.objects.get()
    assert policy_runs.go_on(run.pk, at=timezone.now(), seconds=0)
    run.refresh_from_db()
    assert (run.looked, run.decided) == (2, 1)
    assert 0 < run.percent < 100
    PolicyRun.objects.update(done_to=0, looked=0, decided=0)  # as if what it had done was not kept
    assert done(run, seconds=0) == 3
    assert (run.looked, run.decided) == (5, 2)  # the first was decided before
    assert len(decided_since(before)) == 3


def test_one_that_cannot_be_read_is_counted_and_stops_nobody(five: None) -> None:
    subject = Account.objects.get(account_id="acct_2").pk
    Assessment.objects.filter(subject=subject).update(facts={})
    published(**HARSH)
    run = PolicyRun.objects.get()
    done(run)
    assert (run.looked, run.decided, run.unreadable) == (5, 2, 1)


def test_another_policy_ends_a_run_and_rolling_back_can_undo_it_for_all(
    five: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(**HARSH)
    first = PolicyRun.objects.get()
    done(first)
    second = published(thresholds={"challenge": 0.3, "review": 0.66, "deny": 0.99})
    run = PolicyRun.objects.get(policy=second)
    publishing.roll_back(by="user:2", before=True)
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert "was put in force" in run.why_cancelled
    assert not policy_runs.go_on(run.pk, at=timezone.now())
    assert active().policy.digest == first.policy.digest
    back = PolicyRun.objects.latest("pk")
    done(back)
    assert back.decided == 0  # they stand as that one has them
    publishing.roll_back(by="user:2", before=True)
    done(PolicyRun.objects.latest("pk"))
    assert not Account.objects.filter(outcome="deny").exists()


def test_somebody_can_stop_it_and_a_lost_piece_is_found(five: None) -> None:
    published(**HARSH)
    run = PolicyRun.objects.get()
    assert policy_runs.lost(at=timezone.now()) == []
    assert policy_runs.lost(at=timezone.now() + timedelta(minutes=3)) == [run.pk]
    assert policy_runs.cancel(run, by="user:1", at=timezone.now())
    assert not policy_runs.cancel(run, by="user:1", at=timezone.now())
    before = last_assessment()
    run_policy.apply(args=(run.pk,)).get(disable_sync_subtasks=False)
    sweep_policy_runs.apply().get(disable_sync_subtasks=False)
    assert decided_since(before) == []


def test_what_only_waited_its_turn_is_not_heaped_up_behind(five: None, monkeypatch: pytest.MonkeyPatch) -> None:
    published(**HARSH)
    run = PolicyRun.objects.get()
    queued: list[float | None] = []
    monkeypatch.setattr(run_policy, "apply_async", lambda *_, expires, **__: queued.append(expires))
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        sweep_policy_runs.apply().get(disable_sync_subtasks=False)
    assert queued == [policy_runs.LOST.total_seconds()]
    run_policy.apply(args=(run.pk,)).get(disable_sync_subtasks=False)
    assert PolicyRun.objects.get().finished_at is not None


def test_the_command_says_which_of_both_it_does(five: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "harsh.yaml"
    file.write_text(yaml.safe_dump(policy("harsh", **HARSH)), encoding="utf-8")
    call_command("publish_policy", str(file))
    assert "stay as they are until they are decided again" in capsys.readouterr().out
    call_command("publish_policy", "--roll-back", "--accounts-of-before")
    assert "accounts of before follow" in capsys.readouterr().out
    call_command("publish_policy", str(file), "--accounts-of-before")
    assert PolicyRun.objects.filter(cancelled_at=None).count() == 1
    with pytest.raises(CommandError, match="goes with publishing"):
        call_command("publish_policy", str(file), "--accounts-of-before", "--draft")


def everybody(why: str = "a new prior") -> PolicyRun:
    policy = StoredPolicy.objects.get(state=PolicyState.ACTIVE)
    return policy_runs.start(policy, by="command", at=timezone.now(), why=why, everybody=True)


def test_everybody_is_decided_again_once_where_that_is_asked_for(five: None) -> None:
    before = last_assessment()
    run = everybody()
    done(run)
    assert (run.looked, run.decided, run.unreadable) == (5, 5, 0)
    assert [cause for _, cause in decided_since(before)] == ["policy"] * 5
    assert AuditEntry.objects.get(act="policy.run").details["why"] == "a new prior"


def test_a_chunk_that_two_are_given_is_decided_once(five: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_runs, "CHUNK", 3)
    before = last_assessment()
    run = everybody()
    stale = PolicyRun.objects.get(pk=run.pk)
    assert policy_runs._piece(run, timezone.now())
    assert policy_runs._piece(stale, timezone.now())
    assert len(decided_since(before)) == 3


def test_an_outage_in_the_middle_loses_nobody_and_decides_nobody_twice(
    five: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_runs, "CHUNK", 2)
    before = last_assessment()
    run = everybody()
    assert policy_runs.go_on(run.pk, at=timezone.now(), seconds=0)
    with monkeypatch.context() as dying:
        dying.setattr(policy_runs, "decide", _away)
        with pytest.raises(OperationalError):
            policy_runs.go_on(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert (run.decided, len(decided_since(before))) == (2, 2)
    done(run)
    assert len(decided_since(before)) == len(set(decided_since(before))) == 5


def _away(*_: object, **__: object) -> list[object]:
    raise OperationalError("away")


def test_the_command_goes_through_everybody_here_and_goes_on_where_it_was_stopped(
    five: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_runs, "CHUNK", 2)
    run = everybody()
    policy_runs.go_on(run.pk, at=timezone.now(), seconds=0)
    call_command("redecide", "--resume", str(run.pk), "--here")
    assert f"Run {run.pk}: 5 accounts decided again" in capsys.readouterr().out
    for arguments, told in ((["--resume", str(run.pk)], "could go on"), ([], "Say what for")):
        with pytest.raises(CommandError, match=told):
            call_command("redecide", *arguments)
    call_command("redecide", "new weights", "--here")
    assert PolicyRun.objects.get(why="new weights").decided == 5
