"""Somebody asks that an account be looked at again: what is here at once, what outside parties tell as they answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from config.lib import audit
from risk.half_lives import Evidence
from risk.learnt import NOTHING
from risk.models import Identifier
from tiers.models import Account
from verification import ageing
from verification.rechecking import HERE, look_again, look_at

# What somebody can ask for. That nobody uses an account is looked at when it is due, and asking for it is no use of it.
TO_ASK_FOR = frozenset(Evidence) - {Evidence.QUIET}


@dataclass(frozen=True, slots=True)
class Look:
    """What was looked at at once, what outside parties are being asked, and whether the account was decided again."""

    looked: tuple[Evidence, ...]
    asked: tuple[Evidence, ...]
    decided: bool


def look(account: Account, *, by: str, at: datetime, only: Collection[Evidence] = TO_ASK_FOR) -> Look:
    """Look at an account again, at all that it showed or at these kinds of evidence `only`. `by` as in the audit log.

    Whatever its tier is, and before all that is due for its age; the budgets of outside parties hold here too.
    """
    wanted = sorted(showed(account) & set(only))
    audit.append(
        actor=by, act="account.recheck", subject=f"account:{account.pk}", details={"evidence": list(map(str, wanted))}
    )
    ageing.ask_for(account.pk, wanted, at=at)
    rows = ageing.asked_of(account.pk)
    here = [row for row in rows if row.evidence in HERE]
    decided = sum(look_at([row], at=at).decided for row in here)
    decided += look_again(account.pk, NOTHING, at=at)
    asked = tuple(row.evidence for row in rows if row.evidence not in HERE)
    return Look(tuple(row.evidence for row in here), asked, bool(decided))


def showed(account: Account) -> set[Evidence]:
    """The kinds of evidence that there are of an account."""
    kinds = set(Identifier.objects.filter(subject=account.pk).values_list("kind", flat=True))
    found = {evidence for evidence, kind in ageing.SHOWN_BY.items() if kind in kinds}
    return found | ({Evidence.MAILBOX} if Evidence.MAIL_DOMAIN in found else set())
