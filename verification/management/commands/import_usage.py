"""import_usage FILE.jsonl"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from config.lib.jsonlines import read
from verification.importing import Take
from verification.importing_usage import BATCH, take_usage
from verification.management.commands import import_signups


class Command(import_signups.Command):
    help = "Take in use: each line is a usage window, an hour of an account's calls, and counts once."
    read: Callable[[Path], Iterator[Any]] = staticmethod(read)
    take: Take[Any] = staticmethod(take_usage)
    batch: ClassVar[int] = BATCH
    words: ClassVar = ("usage windows", "kept")
    follows = ""
