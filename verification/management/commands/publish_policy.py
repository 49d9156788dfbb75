"""publish_policy FILE.yaml [--draft | --shadow] [--accounts-of-before] [--by NAME] | --roll-back"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from risk.half_lives import Evidence, parse_half_lives
from risk.models import StoredPolicy
from risk.policies import versions
from risk.policyerror import PolicyError
from tiers import policies
from tiers.ladder import CheckKind, Ladder
from tiers.models import Account
from tiers.table import parse as parse_ladder
from verification import policy_runs, publishing
from verification.proving import on_offer
from verification.tasks import queue_policy_run

TOLD = {"draft": "is a draft", "shadow": "judges in shadow", "active": "is active"}


class Command(BaseCommand):
    help = "Make a policy file the active policy; every process follows within five seconds. Or a draft, or a shadow."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--draft", action="store_true", help="Only store it.")
        how.add_argument("--shadow", action="store_true", help="Let it judge beside the active one and change nothing.")
        how.add_argument("--roll-back", action="store_true", help="Go back to what was in force before.")
        parser.add_argument(
            "--accounts-of-before",
            action="store_true",
            help="It judges them too, by and by; not from now on only.",
        )
        parser.add_argument("--by", default="command", help="Who does it, for the audit log.")

    def handle(self, *_: Any, file: Path | None, **options: Any) -> None:
        if options["roll_back"] == (file is not None):
            raise CommandError("Name a file, or --roll-back.")
        if options["accounts_of_before"] and (options["draft"] or options["shadow"]):
            raise CommandError("--accounts-of-before goes with publishing and with --roll-back.")
        try:
            if file is None:
                stored = publishing.roll_back(by=options["by"], before=options["accounts_of_before"])
                return self._tell_active(stored)
            return self._take_in(file, options)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except (PolicyError, versions.VersionRefused) as error:
            raise CommandError(str(error)) from None

    def _take_in(self, file: Path, options: dict[str, Any]) -> None:
        stored = publishing.draft(policies.read(file), by=options["by"])
        if options["draft"]:
            return self._tell(stored, TOLD[stored.state])
        if options["shadow"]:
            return self._tell(publishing.shadow(stored, by=options["by"]), TOLD["shadow"])
        self._warn(stored)
        if settings.PUBLISH_BY_TWO and stored.proposed_by in {"", options["by"]}:
            publishing.propose(stored, by=options["by"])
            return self._tell(stored, "is proposed: another person publishes it, here with --by or in the console")
        before = options["accounts_of_before"]
        return self._tell_active(publishing.publish(stored, by=options["by"], before=before))

    def _tell_active(self, stored: StoredPolicy) -> None:
        """With whether accounts of before follow."""
        run = policy_runs.of(stored)
        if run is None:
            return self._tell(stored, "is active; accounts of before stay as they are until they are decided again")
        queue_policy_run(run.pk)
        return self._tell(stored, "is active; accounts of before follow by the worker, see Policy runs in the console")

    def _warn(self, stored: StoredPolicy) -> None:
        set_up = frozenset(kind for kind in CheckKind if on_offer(kind))
        ladder = parse_ladder(stored.document)
        for dead_end in ladder.dead_ends(set_up):
            self.stderr.write(f"Warning: with the checks that are set up here: {dead_end}, or set one up.")
        self._warn_of_numbers(stored, ladder)
        unused = [rung for rung in ladder.rungs if rung.earned_days]
        if unused and not Account.objects.filter(earned_days__gt=0).exists():
            for rung in unused:
                days = f"{rung.earned_days} earned days are asked of everybody"
                self.stderr.write(f"Warning: ladder, {rung.tier}: {days}, and nobody has any until use is reported.")

    def _warn_of_numbers(self, stored: StoredPolicy, ladder: Ladder) -> None:
        asked = parse_half_lives(stored.document)[Evidence.PHONE_LINE]
        if not any(asked.worth(rung.tier) for rung in ladder.rungs):
            none = "no tier of the ladder is among its tiers, and no number is asked of again"
            self.stderr.write(f"Warning: half_lives, phone_line: {none}.")

    def _tell(self, stored: StoredPolicy, what: str) -> None:
        self.stdout.write(f"{stored.name} {stored.digest[:12]} {what}.")
