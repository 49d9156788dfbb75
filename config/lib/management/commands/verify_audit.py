"""verify_audit [--witness SEQ:DIGEST]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.lib import audit

SHOWN = 20


class Command(BaseCommand):
    help = "Check that the audit log is whole and untouched. Ends with an error that names the first bad entry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--witness", type=_head, help="What an earlier run, or a log line, said of the head.")

    def handle(self, *_: Any, witness: audit.Head | None = None, **__: Any) -> None:
        faults = audit.verify(witness)
        if faults:
            raise CommandError("\n".join(["The audit log is not whole.", *map(str, faults[:SHOWN])]))
        head = audit.head()
        print(f"ok: {head.seq} entries, head {head}")


def _head(text: str) -> audit.Head:
    """What argparse calls; it tells of a ValueError by itself."""
    return audit.Head.parse(text)
