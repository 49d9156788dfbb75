"""What has been reported of an account, or of a card that it showed, and is in force: read for each decision.

A card's reports hold for every account that showed it, before or after. A product's word that an account is cleared,
or that a decision against the person was overturned, ends what was reported before, for that account alone, and speaks
for the person until something new is reported against it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from config.lib.peppers import every, number, turn
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


def of_account(account: Account) -> list[Standing]:
    """The reports in force of an account."""
    return in_force([row for _, row in _newest(_concerning(account), most=MOST)])


def of_accounts(cards: Mapping[int, Collection[int]]) -> dict[int, list[Standing]]:
    """The reports in force of accounts, by their keys; `cards` are those that each has shown."""
    shown = {card for of_one in cards.values() for card in of_one}
    rows = _newest(Q(account__in=list(cards)) | Q(card__in=list(shown)), most=MOST * len(cards))
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, (account, row) in enumerate(rows):
        places["account", account or 0].append(place)
        places["card", row.card or 0].append(place)
    found = {}
    for pk, own in cards.items() if rows else ():
        keys = [("account", pk), *(("card", card) for card in own)]
        concerning = sorted({place for key in keys for place in places.get(key, ())})
        found[pk] = in_force([rows[place][1] for place in concerning[:MOST]])
    return found


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
    return (
        [row for _, row in _newest(Q(card__in=[each for card in cards for each in every(card)]), most=MOST)]
        if cards
        else []
    )


def kinds(reports: Iterable[Standing]) -> tuple[ReportKind, ...]:
    """As facts have it: each kind once."""
    return tuple(sorted({report.kind for report in reports}))


def voids(reports: Sequence[Standing], proof: Proof) -> bool:
    """Whether a proof does not count for what was reported: a payment proof by a card that was not the person's.

    Told of the account without a card, it was one that had been shown by then: one shown later counts.
    """
    return proof.kind == CheckKind.PAYMENT and any(
        report.kind in CARD_NOT_THEIRS
        and (report.card == _card_of(proof) if report.card is not None else report.at >= proof.passed_at)
        for report in reports
    )


def _card_of(proof: Proof) -> int | None:
    return None if proof.shown is None else turn(proof.shown, to=number(), of=proof.spelling)


def _concerning(account: Account) -> Q:
    cards = Identifier.objects.filter(subject=account.pk, kind=IdentifierKind.CARD).values("value")
    return Q(account=account) | Q(card__in=cards)


def _newest(concerned: Q, *, most: int) -> list[tuple[int | None, Standing]]:
    """The newest reports, each with the account that it was told of."""
    # Clearings are told of accounts only, never of cards, so that one account's word clears no other.
    rows = Report.objects.filter(concerned, withdrawn_at=None).order_by("-at", "-pk")
    told = rows.values_list("account_id", "kind", "at", "card", "spelling")[:most]
    now = number()
    return [
        (account, Standing(ReportKind(kind), at, None if card is None else turn(card, to=now, of=spelt)))
        for account, kind, at, card, spelt in told
    ]
