"""Which devices an operator's accounts show: what sellers of profiles and generators of fingerprints offer."""

from bench.simulation.dice import Dice, Weighted
from bench.simulation.models import COMPUTERS, Model
from bench.simulation.people import models_of
from bench.simulation.places import Country

Offer = Weighted[Model] | None  # None: whatever people of the country have
OFFERS: Weighted[Offer] = Weighted([(None, 4), (COMPUTERS, 1)])  # tools of the older kind have no phones


def offer(dice: Dice) -> Offer:
    """What one of them uses."""
    return dice.one(OFFERS)


def shown_by(of: Offer, country: Country) -> Weighted[Model]:
    """The models that its accounts from there show."""
    return of or models_of(country)
