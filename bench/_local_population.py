"""The people and operators of bench/local_evidence.py: drawn from a seed, in the import format, with the truth beside.

Two months. In the first only honest people come; in the second honest groups and operators come among them. Shares and
sizes are chosen, not measured: they are meant to make honest groups look as much like operators as they do at their
worst, and operators as unlike each other as is known of them. Networks are never shared between honest people and
operators, devices and forms are left out, and no network data is built: only mailbox, phone, card and the pace speak.
"""

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import phonenumbers

STARTS = datetime(2026, 6, 1, tzinfo=UTC)
WARM_DAYS, DAYS = 30, 60
PEOPLE = 7_000
# Ranges for mobiles, and how many digits follow. Rows are the number without its last four digits.
RANGES = (("+49151", 8), ("+49176", 8), ("+447400", 6), ("+447911", 6), ("+33612", 6), ("+919876", 6), ("+1415", 7))
PROVIDERS = ("gmail.com",) * 11 + ("outlook.com", "hotmail.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de")
SLIPS = ("gmial.com", "gmai.com", "hotmial.com", "outlok.com", "gmail.con")
SYLLABLES = tuple(f"{one}{two}" for one in "bcdfghjklmnprstv" for two in "aeio")


@dataclass(frozen=True, slots=True)
class Person:
    """A signup to come: when, what is sent, and who is behind it."""

    at: datetime
    group: str
    honest: bool
    sent: dict[str, Any]


@dataclass(slots=True)
class Town:
    """Where people come from: the same names, carriers, cards and employers for all, some common and most rare."""

    dice: random.Random
    first: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    bins: list[str] = field(default_factory=list)
    employers: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)  # each mailbox is somebody's

    def __post_init__(self) -> None:
        self.first = [self.word(2) for _ in range(400)]
        self.last = [self.word(3) for _ in range(3_000)]
        self.rows = [start + self.digits(left - 4) for start, left in RANGES for _ in range(60)]
        self.bins = [f"4{self.digits(5)}" for _ in range(300)]
        self.employers = [f"{self.word(3)}.example" for _ in range(250)]

    def word(self, syllables: int) -> str:
        """A word that can be spoken."""
        return "".join(self.dice.choice(SYLLABLES) for _ in range(syllables))

    def digits(self, number: int) -> str:
        """So many digits."""
        return "".join(self.dice.choice(string.digits) for _ in range(number))

    def common(self, of: list[str]) -> str:
        """One of a list, the earlier ones far oftener, as names and banks are."""
        return of[min(int(self.dice.paretovariate(0.35)) - 1, len(of) - 1)]

    def name(self) -> str:
        """What people choose for a local part."""
        first, last = self.common(self.first), self.common(self.last)
        forms = (f"{first}.{last}", f"{first}{last}", f"{first[0]}.{last}", f"{first}_{last}", last)
        year = self.dice.randrange(1950, 2010)
        ends = ("", "", "", str(year), str(year)[2:], str(self.dice.randrange(1, 1000)))
        return self.dice.choice(forms) + self.dice.choice(ends)

    def email(self) -> str:
        """An address that nobody has yet."""
        return self.new(self._email)

    def new(self, draw: Callable[[], str]) -> str:
        """What is drawn, once nobody has it."""
        drawn = draw()
        while drawn in self.taken:
            drawn = draw()
        self.taken.add(drawn)
        return drawn

    def _email(self) -> str:
        """Mostly at a provider, sometimes their own or their employer's, rarely with a slip."""
        drawn = self.dice.random()
        if drawn < 0.005:
            return f"{self.name()}@{self.dice.choice(SLIPS)}"
        if drawn < 0.05:
            return f"{self.common(self.first)}@{self.word(4)}.example"
        if drawn < 0.12:
            return f"{self.common(self.first)}.{self.common(self.last)}@{self.common(self.employers)}"
        return f"{self.name()}@{self.dice.choice(PROVIDERS)}"

    def phone(self, row: str | None = None) -> str:
        """A number that a plan has, of a row where that is given."""
        while True:
            number = (row or self.common(self.rows)) + self.digits(4)
            if has_plan(number):
                return number

    def row(self) -> str:
        """The front of ten thousand numbers that nobody has yet."""
        start, left = self.dice.choice(RANGES)
        row = start + self.digits(left - 4)
        return row if all(has_plan(f"{row}{end}") for end in ("0000", "5555", "9999")) else self.row()

    def network(self) -> str:
        """The /24 of somebody's line."""
        return f"{self.dice.randrange(11, 99)}.{self.dice.randrange(256)}.{self.dice.randrange(256)}"

    def card(self, bin_: str | None = None) -> dict[str, Any]:
        """A card that nobody else has."""
        first = bin_ or self.common(self.bins)
        return {"provider": "stripe", "fingerprint": f"{self.dice.getrandbits(64):x}", "bin": first}

    def sent(self, network: str | None = None, **known: Any) -> dict[str, Any]:
        """What a person sends, of which something is known."""
        gives = self.dice.random
        return {
            "ip": f"{network or self.network()}.{self.dice.randrange(1, 255)}",
            "email": self.email(),
            "phone": self.phone() if gives() < 0.7 else None,
            "payment": self.card() if gives() < 0.3 else None,
            **known,
        }


Comes = tuple[timedelta, dict[str, Any]]
Group = Callable[[Town], Iterator[Comes]]


def has_plan(number: str) -> bool:
    """Whether some country's numbering plan has it."""
    return phonenumbers.is_valid_number(phonenumbers.parse(number))


def spread(town: Town, days: float) -> timedelta:
    """Some time within so many days."""
    return timedelta(days=town.dice.uniform(0, days))


def household(town: Town) -> Iterator[Comes]:
    """Two to five at one address within a month; half of them with numbers in a row, some with a domain."""
    network, row, start = town.network(), town.row(), town.dice.randrange(9_000)
    family, own = town.common(town.last), town.dice.random() < 0.1
    in_a_row = town.dice.random() < 0.5
    for member in range(town.dice.randrange(2, 6)):
        known: dict[str, Any] = {"phone": f"{row}{start + member:04}"} if in_a_row else {}
        if own:
            known["email"] = f"{town.common(town.first)}@{family}-{start}.example"
        yield spread(town, 28), town.sent(network, **known)


def campus(town: Town) -> Iterator[Comes]:
    """Sixty students in two days behind two networks: numbered addresses or their own, some with SIMs from a box."""
    networks, domain = (town.network(), town.network()), f"uni-{town.word(3)}.example"
    row, start, numbers = town.row(), town.dice.randrange(9_000), town.dice.randrange(100_000)
    box = town.dice.random() < 0.4
    for student in range(60):
        known: dict[str, Any] = {}
        if town.dice.random() < 0.5:
            known["email"] = town.new(lambda: f"s{numbers + town.dice.randrange(3_000):06}@{domain}")
        if box and student % 4 == 0:
            known["phone"] = f"{row}{start + town.dice.randrange(300):04}"
        yield spread(town, 2), town.sent(town.dice.choice(networks), **known)


def company(town: Town) -> Iterator[Comes]:
    """Thirty to two hundred of a company in a working day, from its address; half with its phones, half its cards."""
    network, domain, row = town.network(), f"{town.word(3)}-group.example", town.row()
    start, bin_ = town.dice.randrange(9_000), f"5{town.digits(5)}"
    phones, cards = town.dice.random() < 0.5, town.dice.random() < 0.5
    for number in range(town.dice.randrange(30, 200)):
        email = town.new(lambda: f"{town.common(town.first)}.{town.common(town.last)}@{domain}")
        known: dict[str, Any] = {"email": email}
        known["phone"] = f"{row}{start + number:04}" if phones else None
        known["payment"] = town.card(bin_) if cards else None
        yield spread(town, 0.3), town.sent(network, **known)


def cgnat(town: Town) -> Iterator[Comes]:
    """A hundred and fifty strangers in a month behind one carrier's gateway."""
    network = town.network()
    for _ in range(150):
        yield spread(town, 28), town.sent(network)


def fresh_carrier(town: Town) -> Iterator[Comes]:
    """A new carrier: sixty of its first customers, all from three thousand numbers of one row."""
    row, thousands = town.row(), town.dice.sample(string.digits, 3)
    for _ in range(60):
        yield spread(town, 28), town.sent(phone=f"{row}{town.dice.choice(thousands)}{town.digits(3)}")


def sim_box(town: Town) -> Iterator[Comes]:
    """SIM cards by the box, with gaps, behind proxies; mailboxes like people's."""
    row, number = town.row(), town.dice.randrange(8_000)
    for place in range(80):
        number += town.dice.randrange(1, 4)
        yield timedelta(days=place / 8), town.sent(phone=f"{row}{number:04}", email=f"{town.name()}@gmail.com")


def own_domains(town: Town) -> Iterator[Comes]:
    """Mailboxes drawn by lot at three domains bought for it, ten a day."""
    domains = [f"{town.word(3)}{town.digits(2)}.example" for _ in range(3)]
    for place in range(100):
        drawn = "".join(town.dice.choice(string.ascii_lowercase + string.digits) for _ in range(10))
        yield timedelta(days=place / 10), town.sent(email=f"{drawn}@{town.dice.choice(domains)}", phone=None)


def subdomains(town: Town) -> Iterator[Comes]:
    """Each mailbox at a subdomain of its own, with people's names."""
    domain = f"{town.word(4)}.example"
    for place in range(60):
        email = f"{town.common(town.first)}@{town.word(2)}{town.digits(2)}.{domain}"
        yield timedelta(days=place / 12), town.sent(email=email)


def dots_and_tags(town: Town) -> Iterator[Comes]:
    """One Gmail box under many spellings."""
    local = town.word(5)
    for place in range(40):
        dotted = "".join(letter + "." * (town.dice.random() < 0.3) for letter in local[:-1]) + local[-1]
        tag = f"+{town.word(2)}" if town.dice.random() < 0.5 else ""
        yield timedelta(days=place / 6), town.sent(email=f"{dotted}{tag}@gmail.com")


def disguises(town: Town) -> Iterator[Comes]:
    """Domains that look like providers', bought for it."""
    domains = ("gmai1.com", "out1ook.com", "hotrnail.com", "xn--gmil-63d.com")
    for place in range(50):
        yield timedelta(days=place / 5), town.sent(email=f"{town.name()}@{town.dice.choice(domains)}")


def counted(town: Town) -> Iterator[Comes]:
    """Mailboxes at a provider counted through, in any order, with numbers skipped."""
    stem, numbers = town.word(4), town.dice.sample(range(1, 300), 80)
    for place, number in enumerate(numbers):
        yield timedelta(days=place / 10), town.sent(email=f"{stem}{number:03}@outlook.com")


def one_network(town: Town) -> Iterator[Comes]:
    """A generator of a word and four digits at Gmail, all from one hired network, thirty a day."""
    network = town.network()
    for place in range(90):
        email = f"{town.common(town.first)}{town.digits(4)}@gmail.com"
        yield timedelta(days=place / 30), town.sent(network, email=email, phone=None)


def odd_shapes(town: Town) -> Iterator[Comes]:
    """The same, in a pattern that hardly anybody has, behind proxies."""
    first, second, digits = town.dice.choice("._-"), town.dice.choice("_-"), town.dice.randrange(5, 8)
    for place in range(60):
        email = f"{town.word(2)}{first}{town.word(2)}{second}{town.digits(digits)}@outlook.com"
        yield timedelta(days=place / 20), town.sent(email=email)


def virtual_cards(town: Town) -> Iterator[Comes]:
    """Cards of one virtual issuer, fifteen a day, all else like people's."""
    bin_ = f"5{town.digits(5)}"
    for place in range(60):
        yield timedelta(days=place / 15), town.sent(payment=town.card(bin_))


def careful(town: Town) -> Iterator[Comes]:
    """Bought mailboxes, rented numbers from everywhere, proxies: nothing to see here by what is looked at."""
    for place in range(60):
        yield timedelta(days=place / 6), town.sent()


HONEST: tuple[tuple[Group, int], ...] = ((household, 120), (campus, 5), (company, 6), (cgnat, 5), (fresh_carrier, 2))
OPERATORS: tuple[tuple[Group, int], ...] = tuple(
    (group, 2)
    for group in (
        sim_box,
        own_domains,
        subdomains,
        dots_and_tags,
        disguises,
        counted,
        one_network,
        odd_shapes,
        virtual_cards,
        careful,
    )
)


def population(seed: int) -> list[Person]:
    """Everybody of a seed, in the order of their times."""
    town = Town(random.Random(seed))
    people = [Person(STARTS + spread(town, DAYS), "people", True, town.sent()) for _ in range(PEOPLE)]
    people += _knew_before(town)
    for groups, honest in ((HONEST, True), (OPERATORS, False)):
        for group, times in groups:
            for _ in range(times):
                begins = STARTS + timedelta(days=town.dice.uniform(WARM_DAYS, DAYS - 12))
                name = group.__name__
                people += [Person(begins + after, name, honest, sent) for after, sent in group(town)]
    return sorted((person for person in people if person.at < STARTS + timedelta(days=DAYS)), key=lambda one: one.at)


def _knew_before(town: Town) -> list[Person]:
    """Nothing is left to luck in the warm month: every employer has had somebody."""
    return [
        Person(STARTS + spread(town, WARM_DAYS / 2), "people", True, town.sent(email=f"{town.word(2)}@{domain}"))
        for domain in town.employers
    ]
