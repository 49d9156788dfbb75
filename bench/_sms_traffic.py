"""Who asks for codes by phone, simulated: honest people for days, and an attack on the last of them.

Of the honest, 85 % enter their code, half of them within 25 seconds; their prefixes are drawn by a power law. The
attack asks for random numbers of its prefixes, in countries where messages cost most, and enters nothing.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import phonenumbers
from phonenumbers import PhoneNumberType

BEGAN = datetime(2026, 8, 3, tzinfo=UTC)
DAY_SECONDS = 86_400
HONEST_COUNTRIES = {"US": 50, "GB": 12, "DE": 10, "FR": 8, "IN": 8, "BR": 6, "NL": 3, "PL": 3}
PUMPED_COUNTRIES = ("AZ", "TJ", "LK", "UZ", "KG", "DZ", "TN", "SN", "BD", "RU")
BY_HOUR = (1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 8, 8, 8, 8, 8, 8, 8, 7, 7, 6, 5, 3, 2)
ENTERED = 0.85
SLOWNESS = (3.2, 0.7)  # of the log-normal time to enter, in the logarithm of seconds: a median of 25


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of what."""

    attack: int = 10_000
    pumped_prefixes: int = 50
    honest_a_day: int = 600
    honest_prefixes: int = 400
    days: int = 8


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody asks for a code, and enters it after so many seconds or never."""

    at: datetime
    number: str
    honest: bool
    enters_after: float | None


def traffic(shape: Shape, seed: int) -> list[Try]:
    """All tries in their order."""
    draw = random.Random(seed)
    weighted = [country for country, weight in HONEST_COUNTRIES.items() for _ in range(weight)]
    homes = _prefixes(weighted, shape.honest_prefixes, draw)
    pumped = _prefixes(PUMPED_COUNTRIES, shape.pumped_prefixes, draw)
    return sorted([*_honest(shape, homes, draw), *_attack(shape, pumped, draw)], key=lambda each: each.at)


def attacked_from(shape: Shape) -> datetime:
    """When the attack begins: with the last day."""
    return BEGAN + timedelta(days=shape.days - 1)


def _honest(shape: Shape, homes: list[str], draw: random.Random) -> Iterator[Try]:
    shares = [1 / (place + 1) ** 0.8 for place in range(len(homes))]
    for _ in range(shape.honest_a_day * shape.days):
        hour = draw.choices(range(24), weights=BY_HOUR)[0]
        at = BEGAN + timedelta(days=draw.randrange(shape.days), hours=hour, seconds=draw.uniform(0, 3600))
        number = _number(draw.choices(homes, weights=shares)[0], draw)
        enters = draw.lognormvariate(*SLOWNESS) if draw.random() < ENTERED else None
        if number:
            yield Try(at, number, honest=True, enters_after=enters)


def _attack(shape: Shape, pumped: list[str], draw: random.Random) -> Iterator[Try]:
    made = 0
    while made < shape.attack:
        number = _number(draw.choice(pumped), draw)
        if number:
            made += 1
            at = attacked_from(shape) + timedelta(seconds=draw.uniform(0, DAY_SECONDS))
            yield Try(at, number, honest=False, enters_after=None)


def _prefixes(countries: list[str] | tuple[str, ...], count: int, draw: random.Random) -> list[str]:
    """Different prefixes of mobile numbers: all but the last six digits of valid ones."""
    found: dict[str, None] = {}
    while len(found) < count:
        sample = phonenumbers.example_number_for_type(draw.choice(countries), PhoneNumberType.MOBILE)
        if sample is None:
            continue
        national = str(sample.national_number)
        spread = "".join(draw.choice("0123456789") for _ in range(max(0, len(national) - 8)))
        prefix = f"+{sample.country_code}{national[:2]}{spread}"
        if _number(prefix, draw):
            found[prefix] = None
    return list(found)


def _number(prefix: str, draw: random.Random) -> str | None:
    """A valid number of a prefix; None where hardly any is."""
    for _ in range(20):
        number = prefix + "".join(draw.choice("0123456789") for _ in range(6))
        if phonenumbers.is_valid_number(phonenumbers.parse(number)):
            return number
    return None
