"""calibration_report [--since --until --known-by --maturity DAYS --policy FILE] --out DIR"""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from risk.learning.calibration import AXIS, Calibration, calibrate, figures_of, lines_of, picture
from risk.policy import Policy, parse
from risk.policyerror import PolicyError
from risk.signals import REASON_CODES
from tiers.policies import read as read_policy
from verification.calibration import MATURITY, Choice, History, NothingLabelled, read


class Command(BaseCommand):
    help = "Hold first scores against what came of the people: Brier score, calibration error, and the curve drawn."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_moment, help="Accounts opened from then on (ISO 8601; UTC if no zone).")
        parser.add_argument("--until", type=_moment, help="Accounts opened before then.")
        parser.add_argument("--known-by", type=_moment, help="Labels that were known by then; now if not given.")
        parser.add_argument("--maturity", type=_days, default=MATURITY, help="Days after which no label means honest.")
        parser.add_argument("--policy", type=Path, help="A policy file to judge the first facts by anew.")
        parser.add_argument("--out", type=Path, required=True, help="Where report.json and reliability.svg go.")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            choice = _choice(options)
            history = read(choice)
            calibration = calibrate(history.rows)
            _write(options["out"], {**_how(choice, history), **asdict(calibration)}, calibration)
        except (NothingLabelled, PolicyError) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        _tell(calibration, history, options["out"])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _days(text: str) -> timedelta:
    days = int(text)
    if not 0 <= days <= 3650:
        raise ValueError(text)
    return timedelta(days=days)


def _choice(options: dict[str, Any]) -> Choice:
    return Choice(
        known_by=options["known_by"] or timezone.now(),
        since=options["since"],
        until=options["until"],
        maturity=options["maturity"],
        policy=_policy(options["policy"]),
    )


def _policy(path: Path | None) -> Policy | None:
    return None if path is None else parse(read_policy(path), known_reasons=REASON_CODES)


def _how(choice: Choice, history: History) -> dict[str, Any]:
    return {
        "since": choice.since and choice.since.isoformat(),
        "until": choice.until and choice.until.isoformat(),
        "known_by": choice.known_by.isoformat(),
        "maturity_days": choice.maturity.days,
        "judged_anew": choice.policy is not None,
        "policies": dict(history.policies),
        "labelled": history.labelled,
    }


def _write(out: Path, report: dict[str, Any], calibration: Calibration) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    drawn = {"picture": picture(calibration), "axis": AXIS, "standalone": True}
    (out / "reliability.svg").write_text(render_to_string("console/parts/reliability.svg", drawn), encoding="utf-8")


def _tell(calibration: Calibration, history: History, out: Path) -> None:
    console = Console()
    figures = Table("calibration", "", title="First scores against what came of the people")
    for name, value in figures_of(calibration, labelled=history.labelled):
        figures.add_row(name, value)
    console.print(figures)
    bins = Table("score", "people", "said", "happened", "95 % interval", title="By score")
    for line in lines_of(calibration):
        bins.add_row(line.score, line.people, line.said, line.happened, line.interval)
    console.print(bins)
    console.print(f"{out / 'report.json'} and {out / 'reliability.svg'} are written.", markup=False, soft_wrap=True)
