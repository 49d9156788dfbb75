"""import_reports FILE.jsonl"""

from typing import ClassVar

from verification.importing import Take
from verification.importing_reports import take_reports
from verification.management.commands import import_signups


class Command(import_signups.Command):
    help = "Take in what became of accounts: each line is a report, kept as a label and decided on at its own time."
    take: Take = staticmethod(take_reports)
    words: ClassVar = ("reports", "taken")
    follows = ""
