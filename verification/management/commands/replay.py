"""replay FILE.jsonl [--policy F] [--out F]"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.lib.jsonlines import read
from config.lib.progress import Advance, line_progress
from risk.policyerror import PolicyError
from tiers.policies import read as read_policy
from verification.importing import Reject, parse, rejects_of
from verification.replaying import replay, scratch_schema
from verification.signup import Entry


class Command(BaseCommand):
    help = "Run signups in their order as if live, in a scratch schema, and write what was decided."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--policy", type=Path, help="A policy file to judge by instead of the active one.")
        parser.add_argument("--out", type=Path, help="Where the decisions go; beside the file if not given.")

    def handle(self, *_: Any, file: Path, policy: Path | None, out: Path | None, **__: Any) -> None:
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
