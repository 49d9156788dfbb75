"""train_weights --out DIR [--since T] [--split T] [--until T] [--known-by T] [--maturity DAYS] [--draft] [--by NAME]"""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from config.lib.progress import line_progress
from risk.policies.source import written
from risk.policyerror import PolicyError
from tiers.models import Account
from verification import publishing
from verification.backtesting import moment
from verification.calibration import MATURITY
from verification.shards import ranges
from verification.teaching import Asked, TooLittleKnown, default_split
from verification.training import Learner, Trained, learn_weights, train

WORKERS = 2
MOVED_MOST = 25  # reasons in the table; report.json has them all


class Command(BaseCommand):
    help = (
        "Learn the weights of the policy in force from labels. What comes out is a draft: it never goes live by itself."
    )

    learner: Learner = staticmethod(learn_weights)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="Where policy.yaml and report.json go.")
        parser.add_argument("--since", type=moment, help="Accounts opened from then on.")
        parser.add_argument("--split", type=moment, help="What is before teaches, what is after measures.")
        parser.add_argument("--until", type=moment, help="Accounts opened before then.")
        parser.add_argument("--known-by", type=moment, help="Labels that were known by then; now if not given.")
        parser.add_argument("--maturity", type=_days, default=MATURITY, help="Days after which no label means honest.")
        parser.add_argument("--draft", action="store_true", help="Store the policy as a draft, for the console.")
        parser.add_argument("--by", default="command line", help="Who is its author.")
        parser.add_argument("--workers", type=int, default=WORKERS, help="Processes.")

    def handle(self, *_: Any, out: Path, draft: bool, by: str, workers: int, **chosen: Any) -> None:
        try:
            with line_progress("Reading", len(ranges(Account.objects.all()))) as progress:
                trained = train(_asked(chosen), self.learner, workers=workers, progress=progress)
            _write(out, trained)
            if draft:
                stored = publishing.draft(trained.document, by=by)
                self.stdout.write(f"Stored as the draft {stored.digest[:12]}.")
        except (TooLittleKnown, PolicyError) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        _tell(trained.report, out)


def _days(text: str) -> timedelta:
    days = int(text)
    if not 0 <= days <= 3650:
        raise ValueError(text)
    return timedelta(days=days)


def _asked(chosen: Mapping[str, Any]) -> Asked:
    known_by = chosen["known_by"] or timezone.now()
    since, split, until = default_split(chosen["since"], chosen["until"], known_by=known_by)
    asked = Asked(known_by, since, chosen["split"] or split, until, chosen["maturity"])
    if not asked.since < asked.split < asked.until:
        raise CommandError("--split: a time between the first account and the last")
    return asked


def _write(out: Path, trained: Trained) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "policy.yaml").write_text(written(trained.document), encoding="utf-8")
    (out / "report.json").write_text(json.dumps(trained.report, indent=2) + "\n", encoding="utf-8")


def _tell(report: Mapping[str, Any], out: Path) -> None:
    console = Console()
    for side in ("taught_by", "measured_on"):
        console.print(
            f"{side.replace('_', ' ')}: {report[side]['accounts']:,} accounts, {report[side]['abusive']:,} abusive"
        )
    for table in (_measures(report["compared"]), _families(report["families"]), _moved(report["weights"])):
        console.print(table)
    console.print(f"Written to {out}. Try it: python manage.py backtest {out / 'policy.yaml'}")


def _measures(both: Mapping[str, Any]) -> Table:
    table = Table("on accounts opened after the split", "in force", "learnt")
    for name in ("brier", "ece", "auc"):
        table.add_row(name, *(f"{both[side][name]:.4f}" for side in ("before", "after")))
    recalls = (_between(both[side]["recall"], both[side]["recall_interval"]) for side in ("before", "after"))
    table.add_row("recall at 0.1 % false positives", *recalls)
    if both["ratio"] is not None:
        table.add_row("ratio of recalls", "1", _between(both["ratio"], both["ratio_interval"]))
    return table


def _between(figure: float, interval: tuple[float, float]) -> str:
    return f"{figure:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"


def _families(families: list[dict[str, Any]]) -> Table:
    table = Table("without the family", "log loss", "recall", "area under the curve")
    for row in families:
        table.add_row(row["family"], f"{row['log_loss']:+.5f}", f"{row['recall']:+.3f}", f"{row['auc']:+.4f}")
    return table


def _moved(weights: list[dict[str, Any]]) -> Table:
    table = Table("reason", "times likelier before", "now", "given", "by abusive")
    for row in weights[:MOVED_MOST]:
        numbers = (f"{row['before']:.3g}", f"{row['after']:.3g}", f"{row['given']:,}", f"{row['given_by_abusive']:,}")
        table.add_row(row["reason"], *numbers)
    return table
