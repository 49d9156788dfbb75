"""redecide WHY [--here] | redecide --resume ID --here"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.lib.progress import line_progress
from risk.models import PolicyState, StoredPolicy
from verification import policy_runs
from verification.recheck_models import PolicyRun
from verification.tasks import queue_policy_run


class Command(BaseCommand):
    help = "Decide all accounts again by the policy in force: by the workers, or here; the console shows how far it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("why", nargs="?", default="", help="What for, kept in the audit log.")
        parser.add_argument("--here", action="store_true", help="In this process, with a bar; it can be stopped.")
        parser.add_argument("--resume", type=int, metavar="ID", help="Go on with one that was stopped.")

    def handle(self, *_: Any, why: str, here: bool, resume: int | None, **__: Any) -> None:
        if bool(why) == (resume is not None):
            raise CommandError("Say what for, or name one to resume.")
        run = _resumed(resume) if resume is not None else _started(why)
        if here:
            _walk(run)
            run.refresh_from_db()
            print(f"Run {run.pk}: {run.decided:,} accounts decided again, {run.unreadable:,} could not be read.")
        else:
            queue_policy_run(run.pk)
            print(f"Run {run.pk} is with the workers.")


def _started(why: str) -> PolicyRun:
    policy = StoredPolicy.objects.get(state=PolicyState.ACTIVE)
    return policy_runs.start(policy, by="command", at=timezone.now(), why=why, everybody=True)


def _resumed(pk: int) -> PolicyRun:
    run = PolicyRun.objects.filter(pk=pk, finished_at=None, cancelled_at=None).first()
    if run is None:
        raise CommandError(f"There is no run {pk} that could go on.")
    return run


def _walk(run: PolicyRun) -> None:
    more, looked = True, run.looked
    with line_progress("Deciding again", run.last) as progress:
        while more:
            more = policy_runs.go_on(run.pk, at=timezone.now())
            run.refresh_from_db()
            progress(run.looked - looked)
            looked = run.looked
