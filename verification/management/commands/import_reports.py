"""import_reports FILE.jsonl"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from config.lib.jsonlines import read
from verification.importing import Take
from verification.importing_reports import take_reports
from verification.management.commands import import_signups


class Command(import_signups.Command):
    help = "Take in what became of accounts: each line is a report, kept as a label and decided on at its own time."
    read: Callable[[Path], Iterator[Any]] = staticmethod(read)
    take: Take[Any] = staticmethod(take_reports)
    words: ClassVar = ("reports", "taken")
    follows = ""
