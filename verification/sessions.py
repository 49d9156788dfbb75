"""Sessions at outside parties: opened after commit, finished by the person there, settled by asking the party.

What the page says came of a session is only a reason to ask; the party's own callback is another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from risk.gather import learn
from risk.identifiers import IdentifierKind, card_value, hashed
from risk.lookups.card import good_until
from tiers.ladder import CheckKind
from verification import check_moves
from verification.checks import CHECKS
from verification.checks.interface import HostedCheck
from verification.models import Check
from verification.states import CheckStatus


@dataclass(frozen=True, slots=True)
class Wanted:
    """A check whose session is to be opened, and what the party is told: an opaque key and the account's id."""

    check: Check
    key: str
    account_id: str


def wanted(check_pk: int) -> Wanted | None:
    """The check to open a session for; None when it has one or is no longer wanted."""
    check = Check.objects.select_related("signup__account").get(pk=check_pk)
    if check.status != CheckStatus.REQUESTED:
        return None
    # Its own among all installs that share an account at the party: a check's number alone is not.
    return Wanted(check, f"{check.signup.public_id}-{check.pk}", check.signup.account.account_id)


def opened(check: Check, reference: str, shown: Mapping[str, Any], *, at: datetime) -> bool:
    """The party has opened a session: the page is given what leads there. False when nobody wants it any more."""
    life = hosted(check).life
    return bool(
        check_moves.move(
            Check.objects.filter(pk=check.pk),
            CheckStatus.SENT,
            reference=reference,
            challenge=_challenge(shown),
            sent_at=at,
            expires_at=at + life,
        )
    )


def refused(check: Check) -> None:
    """The party will not open a session, however often it is asked."""
    check_moves.move(Check.objects.filter(pk=check.pk), CheckStatus.UNDELIVERED)


def settled(check: Check, told: Mapping[str, Any], *, at: datetime) -> None:
    """The person has passed the session; `told` is what the party says of what was shown there."""
    check_moves.passed(check, at=at, evidence=_evidence(check, told, at))


def shown_anew(check: Check, shown: Mapping[str, Any]) -> None:
    """What led to the session was for one use, and the person may go there again."""
    Check.objects.filter(pk=check.pk, status=CheckStatus.SENT).update(challenge=_challenge(shown))


def hosted(check: Check) -> HostedCheck:
    """The kind of a check that has a session. Raises TypeError for one that has none."""
    kind = CHECKS[CheckKind(check.kind)]
    if not isinstance(kind, HostedCheck):
        raise TypeError(check.kind)
    return kind


def _challenge(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {"shown": dict(shown), "kept": {}}


def _evidence(check: Check, told: Mapping[str, Any], at: datetime) -> check_moves.Evidence:
    """What a test key's signup shows is remembered nowhere."""
    registration = hosted(check).evidence(told)
    if registration is None or check.signup.is_test:
        return check_moves.NO_EVIDENCE
    card = card_value(registration.payment)
    return check_moves.Evidence(
        learnt=learn(registration, subject=check.signup.account_id, at=at),
        shown=hashed(IdentifierKind.CARD, card) if card else None,
        good_until=good_until(registration.payment),
    )
