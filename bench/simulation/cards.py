"""Payment cards as a processor reports them. Issuers and their numbers are made up; shares fall off as banks' do."""

from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import Any

from bench.simulation.dice import Dice, Weighted

ISSUERS = 240  # kinds of cards of a country: few are common, most are rare
FUNDING = Weighted([("debit", 55), ("credit", 38), ("prepaid", 7)])
IN_BULK_PREPAID = 2  # how much oftener prepaid kinds are issued in bulk
CVC = Weighted([("pass", 93), ("unchecked", 3.5), ("unavailable", 2), ("fail", 1.5)])
POSTAL = {
    True: Weighted([("pass", 82), ("unavailable", 10), ("fail", 5), ("unchecked", 3)]),  # where issuers check it
    False: Weighted([("unavailable", 85), ("unchecked", 13), ("pass", 2)]),
}
CHECKED = frozenset({"US", "GB"})  # and Canada: address verification is little used elsewhere


@dataclass(frozen=True, slots=True)
class Issue:
    """One kind of card of one bank."""

    bin: str
    brand: str
    funding: str
    country: str

    def card(self, dice: Dice) -> dict[str, Any]:
        """A card that nobody else has."""
        return {
            "provider": "stripe",
            "fingerprint": dice.hexes(16),
            "bin": self.bin,
            "brand": self.brand,
            "funding": self.funding,
            "issuer_country": self.country,
            "cvc_check": dice.one(CVC),
            "postal_check": dice.one(POSTAL[self.country in CHECKED]),
        }


@cache
def issues(place: str) -> Weighted[Issue]:
    """The kinds of cards of a country."""
    dice = Dice(f"issuers of {place}")
    return Weighted([(issue(dice, place), 1 / (rank + 2)) for rank in range(ISSUERS)])


@cache
def bulk(place: str) -> Weighted[Issue]:
    """The kinds of cards that are issued by the hundred, as virtual ones: of rare issuers oftener, and prepaid."""
    kinds = issues(place).things
    return Weighted([(kind, _in_bulk(kind) / sqrt(rank + 2)) for rank, kind in enumerate(kinds)])


def _in_bulk(kind: Issue) -> float:
    return IN_BULK_PREPAID if kind.funding == "prepaid" else 1


def issue(dice: Dice, place: str, funding: str | None = None) -> Issue:
    """A new kind of card."""
    brand, start = dice.one(Weighted([(("visa", "4"), 52), (("mastercard", "5"), 42), (("amex", "37"), 4)]))
    number = start + (dice.choice("12345") if start == "5" else "")
    kind = funding or dice.one(FUNDING)
    return Issue(dice.fill(number + "#" * (6 - len(number))), brand, kind, place)


def card(dice: Dice, place: str) -> dict[str, Any]:
    """A card of somebody who lives there; a few keep one from elsewhere."""
    home = dice.choice(("US", "GB", "DE", "FR", "IN", "BR")) if dice.chance(0.02) else place
    return dice.one(issues(home)).card(dice)
