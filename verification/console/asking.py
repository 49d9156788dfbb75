"""An analyst asks the person for a check, as their product would."""

from datetime import datetime

from config.lib import audit
from config.lib.errors import Problem
from risk.outcome import Outcome
from tiers.ladder import CheckKind
from tiers.standing import ladder
from verification.models import Signup
from verification.proving import Asked, ask, on_offer
from verification.tasks import nudge


def offered(signup: Signup) -> list[CheckKind]:
    """Which checks can be asked for as things stand."""
    asked = ladder().asked_under(Outcome(signup.account.outcome))
    return [kind for kind in CheckKind if kind in asked and on_offer(kind)]


def kind_of(name: str) -> CheckKind | None:
    """A kind by its name; None where there is no such."""
    return next((kind for kind in CheckKind if kind == name), None)


def ask_for(signup: Signup, kind: CheckKind, *, by: str, at: datetime) -> str:
    """Ask for a check; nothing where it was, else why not. What goes out goes out within the bounds for everybody."""
    try:
        check = ask(signup, Asked(kind), at=at)
    except Problem as problem:
        return f"{problem.detail or problem.kind.title}."
    subject, details = f"account:{signup.account_id}", {"check": check.pk, "kind": kind}
    audit.append(actor=by, act="account.ask_check", subject=subject, details=details)
    nudge()
    return ""
