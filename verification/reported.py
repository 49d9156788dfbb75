"""What has been reported of an account, or of a card that it showed, and is in force: read for each decision.

A card's reports hold for every account that showed it, before or after. A product's word that an account is cleared,
or that a decision against the person was overturned, ends what was reported before, for that account alone, and speaks
for the person until something new is reported against it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from risk.facts import ReportKind
from risk.identifiers import IdentifierKind
from risk.models import Identifier
from tiers.ladder import CheckKind
from tiers.models import Account
from verification.models import Proof, Report

# Where one of these stands, the card proves nobody.
CARD_NOT_THEIRS = frozenset({ReportKind.CHARGEBACK, ReportKind.FRAUD_WARNING})
AGAINST = frozenset({ReportKind.CHARGEBACK, ReportKind.FRAUD_WARNING, ReportKind.ABUSE, ReportKind.CONFIRMED})
FOR_THE_PERSON = frozenset({ReportKind.CLEARED, ReportKind.OVERTURNED})
MOST = 200  # of one account's reports; more say nothing more


@dataclass(frozen=True, slots=True)
class Standing:
    """One report in force. `card` is None where it was told of the account itself."""

    kind: ReportKind
    at: datetime
    card: int | None


def of_account(account: Account, *, shown_now: Collection[int] = ()) -> list[Standing]:
    """The reports in force of an account; `shown_now` are cards that it is showing and that are not stored yet."""
    rows = _standing(_concerning(account) | Q(card__in=list(shown_now)))
    return in_force(rows)


def in_force(rows: Sequence[Standing]) -> list[Standing]:
    """What still counts of reports of one account: all that is newer than its last clearing, or else the clearings."""
    cleared = max((row.at for row in rows if row.kind in FOR_THE_PERSON), default=None)
    others = [row for row in rows if row.kind not in FOR_THE_PERSON and (cleared is None or row.at > cleared)]
    if any(row.kind in AGAINST for row in others):
        return others
    return [*others, *(row for row in rows if row.kind in FOR_THE_PERSON)]


def reports_of(account: Account) -> QuerySet[Report]:
    """All that was ever reported of an account or of a card that it showed, the newest first."""
    return Report.objects.filter(_concerning(account)).order_by("-at", "-pk")


def of_cards(cards: Collection[int]) -> list[Standing]:
    """The reports in force of cards, for accounts that are not there yet. No card asks nothing."""
    return _standing(Q(card__in=list(cards))) if cards else []


def kinds(reports: Iterable[Standing]) -> tuple[ReportKind, ...]:
    """As facts have it: each kind once."""
    return tuple(sorted({report.kind for report in reports}))


def voids(reports: Sequence[Standing], proof: Proof) -> bool:
    """Whether a proof does not count for what was reported: a payment proof by a card that was not the person's.

    Told of the account without a card, it was one that had been shown by then: one shown later counts.
    """
    return proof.kind == CheckKind.PAYMENT and any(
        report.kind in CARD_NOT_THEIRS
        and (report.card == proof.shown if report.card is not None else report.at >= proof.passed_at)
        for report in reports
    )


def _concerning(account: Account) -> Q:
    cards = Identifier.objects.filter(subject=account.pk, kind=IdentifierKind.CARD).values("value")
    return Q(account=account) | Q(card__in=cards)


def _standing(concerned: Q) -> list[Standing]:
    # Clearings are told of accounts only, never of cards, so that one account's word clears no other.
    rows = Report.objects.filter(concerned, withdrawn_at=None).order_by("-at").values_list("kind", "at", "card")
    return [Standing(ReportKind(kind), at, card) for kind, at, card in rows[:MOST]]
