"""replay FILE.jsonl [--policy F] [--out F], or replay --stored [--since T] [--until T] [--workers N]"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.lib.jsonlines import read
from config.lib.progress import Advance, line_progress
from risk.models import Assessment
from risk.policyerror import PolicyError
from tiers.policies import read as read_policy
from verification.backtesting import THE_BEGINNING, moment
from verification.importing import Reject, parse, rejects_of
from verification.rejudging import rejudge
from verification.replaying import replay, scratch_schema
from verification.shards import ranges
from verification.signup import Entry

THE_END = datetime(9999, 12, 31, tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Run signups in their order as if live, in a scratch schema, and write what was decided; or, with --stored,"
        " judge every stored assessment again and tell which does not come out as it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--policy", type=Path, help="A policy file to judge by instead of the active one.")
        parser.add_argument("--out", type=Path, help="Where the decisions go; beside the file if not given.")
        parser.add_argument("--stored", action="store_true", help="Judge what is stored again, and compare.")
        parser.add_argument("--since", type=moment, default=THE_BEGINNING, help="Stored assessments from this time on.")
        parser.add_argument("--until", type=moment, default=THE_END, help="Stored assessments before this time.")
        parser.add_argument("--workers", type=int, default=2, help="Processes that judge what is stored.")

    def handle(self, *_: Any, file: Path | None, stored: bool, **chosen: Any) -> None:
        if stored == (file is not None):
            raise CommandError("Name a file, or --stored: one of the two.")
        if file is not None:
            self._file(file, chosen["policy"], chosen["out"])
        else:
            self._stored(chosen["since"], chosen["until"], chosen["workers"])

    def _stored(self, since: datetime, until: datetime, workers: int) -> None:
        agree = differ = 0
        with line_progress("Judging again", len(ranges(Assessment.objects.all()))) as progress:
            for found in rejudge(since=since, until=until, workers=workers, progress=progress):
                agree += found.agree
                differ += len(found.differences)
                for difference in found.differences:
                    self.stdout.write(json.dumps(asdict(difference)))
        self.stdout.write(f"{agree} assessments come out as they are stored, {differ} do not.")
        if differ:
            raise CommandError(f"{differ} assessments do not come out as they are stored.")

    def _file(self, file: Path, policy: Path | None, out: Path | None) -> None:
        target = out or file.with_name(f"{file.stem}.decisions.jsonl")
        try:
            document = _policy(policy)
            rejected = _replay(file, document, target)
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}") from None
        except PolicyError as error:
            raise CommandError(str(error)) from None
        if rejected:
            raise CommandError(f"{rejected} lines could not be read; {rejects_of(file)} says why.", returncode=3)


def _policy(path: Path | None) -> dict[str, Any] | None:
    return None if path is None else read_policy(path)


def _replay(file: Path, document: dict[str, Any] | None, target: Path) -> int:
    growing = target.with_name(f".{target.name}.part")
    rejects: list[Reject] = []
    entries = sorted(_entries(file, rejects), key=lambda entry: entry.at)
    with (
        growing.open("w", encoding="utf-8") as out,
        scratch_schema(document),
        line_progress("Replaying", len(entries)) as progress,
    ):
        for decided in replay(_counted(entries, progress)):
            out.write(json.dumps(decided.as_json()) + "\n")
    growing.replace(target)
    if rejects:
        lines = [json.dumps({"line": reject.line, "reason": reject.reason}) + "\n" for reject in rejects]
        rejects_of(file).write_text("".join(lines), encoding="utf-8")
    return len(rejects)


def _entries(file: Path, rejects: list[Reject]) -> Iterator[Entry]:
    seen: set[str] = set()
    for line in read(file):
        entry = parse(line, set())
        if isinstance(entry, Entry) and entry.registration.account_id in seen:
            entry = Reject(line.number, "account_id: stands on an earlier line too")
        if isinstance(entry, Reject):
            rejects.append(entry)
        else:
            seen.add(entry.registration.account_id)
            yield entry


def _counted(entries: list[Entry], progress: Advance) -> Iterator[Entry]:
    for entry in entries:
        progress(1)
        yield entry
