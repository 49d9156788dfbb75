"""redecide WHY [--here] | redecide --resume ID --here"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.lib.progress import line_progress
from verification import redeciding
from verification.models import Redecision
from verification.tasks.redecisions import queue_redecision


class Command(BaseCommand):
    help = "Decide all accounts again, as under a new policy: by the workers, or here; the console shows how far it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("why", nargs="?", default="", help="What for, kept in the audit log.")
        parser.add_argument("--here", action="store_true", help="In this process, with a bar; it can be stopped.")
        parser.add_argument("--resume", type=int, metavar="ID", help="Go on with one that was stopped.")

    def handle(self, *_: Any, why: str, here: bool, resume: int | None, **__: Any) -> None:
        if bool(why) == (resume is not None):
            raise CommandError("Say what for, or name one to resume.")
        run = _resumed(resume) if resume is not None else redeciding.start(why=why, by="command", at=timezone.now())
        if here:
            _walk(run)
            run.refresh_from_db()
            print(f"Re-decision {run.pk}: {run.decided:,} accounts decided again, {run.passed_over:,} passed over.")
        else:
            queue_redecision(run.pk)
            print(f"Re-decision {run.pk} is with the workers.")


def _resumed(pk: int) -> Redecision:
    run = Redecision.objects.filter(pk=pk, finished_at=None).first()
    if run is None:
        raise CommandError(f"There is no re-decision {pk} that could go on.")
    return run


def _walk(run: Redecision) -> None:
    more, done = True, run.decided + run.passed_over
    with line_progress("Deciding again", run.last) as progress:
        while more:
            more = redeciding.go_on(run.pk, at=timezone.now())
            run.refresh_from_db()
            progress(run.decided + run.passed_over - done)
            done = run.decided + run.passed_over
