"""friction_report [--days 7|30] [--until DATE] [--out FILE] [--recount]"""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Max
from django.utils import timezone
from rich.console import Console

from config.lib.progress import line_progress
from risk.models import Assessment
from verification.friction import counting
from verification.friction.reading import DAYS, read
from verification.friction.tables import alarms, overturned_rows, tables


class Command(BaseCommand):
    help = "Tell whom signing up costs how much: outcomes, step-ups and holds by group, with intervals and alarms."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, choices=DAYS, default=DAYS[0], help="How many, the last one with them.")
        parser.add_argument("--until", type=_end, help="The last day (UTC), as 2026-08-31; today if not given.")
        parser.add_argument("--out", type=Path, help="Where the report goes, as JSON.")
        parser.add_argument("--recount", action="store_true", help="Count everything anew first.")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["recount"]:
            _recount()
        reading = read(options["until"] or timezone.now(), days=options["days"])
        console = Console(soft_wrap=True)
        for line in alarms(reading.report) or ["No group is over a limit beyond doubt."]:
            console.print(line, markup=False)
        for table in tables(reading.report):
            console.print(table)
        for reason, of, share, interval in overturned_rows(reading.appeals):
            console.print(f"Appeals, {reason}: {share} of {of} overturned ({interval})", markup=False)
        if options["out"]:
            try:
                text = json.dumps(reading.as_json(), indent=1, cls=DjangoJSONEncoder)
                options["out"].write_text(f"{text}\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{error.filename}: {error.strerror}") from None


def _end(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), time.max, tzinfo=UTC)


def _recount() -> None:
    last = Assessment.objects.aggregate(last=Max("id"))["last"] or 0
    with line_progress("Assessments, twice", 2 * last) as advance:
        for done in counting.recount(timezone.now()):
            advance(done)
