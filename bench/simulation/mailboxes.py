"""Mailboxes that people have: mostly at a provider of their country, some at work or on a domain of their own."""

from dataclasses import dataclass, field

from bench.simulation.dice import Dice, Weighted


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PROVIDERS = {  # chosen by us; what matters is that every country has some of its own
    "US": (
        ("gmail.com", 60),
        ("yahoo.com", 12),
        ("icloud.com", 9),
        ("outlook.com", 6),
        ("hotmail.com", 5),
        ("aol.com", 3),
        ("comcast.net", 2),
        ("proton.me", 2),
        ("me.com", 1),
        ("hey.com", 0.3),
    ),
    "DE": (
        ("gmail.com", 38),
        ("web.de", 16),
        ("gmx.de", 16),
        ("t-online.de", 7),
        ("outlook.de", 5),
        ("icloud.com", 6),
        ("yahoo.de", 4),
        ("posteo.de", 2),
        ("mailbox.org", 1),
        ("proton.me", 2),
    ),
    "GB": (
        ("gmail.com", 50),
        ("hotmail.co.uk", 14),
        ("outlook.com", 8),
        ("yahoo.co.uk", 9),
        ("icloud.com", 10),
        ("btinternet.com", 5),
        ("sky.com", 2),
        ("proton.me", 1),
    ),
    "FR": (
        ("gmail.com", 52),
        ("orange.fr", 11),
        ("hotmail.fr", 9),
        ("free.fr", 7),
        ("outlook.fr", 5),
        ("icloud.com", 5),
        ("laposte.net", 4),
        ("wanadoo.fr", 3),
        ("yahoo.fr", 4),
    ),
    "BR": (
        ("gmail.com", 70),
        ("hotmail.com", 14),
        ("outlook.com", 7),
        ("yahoo.com.br", 5),
        ("uol.com.br", 2),
        ("bol.com.br", 1),
        ("icloud.com", 2),
    ),
    "IN": (("gmail.com", 88), ("yahoo.co.in", 4), ("outlook.com", 4), ("rediffmail.com", 2), ("hotmail.com", 2)),
    "JP": (
        ("gmail.com", 55),
        ("yahoo.co.jp", 20),
        ("docomo.ne.jp", 6),
        ("icloud.com", 9),
        ("ezweb.ne.jp", 3),
        ("outlook.jp", 3),
    ),
    "ES": (
        ("gmail.com", 66),
        ("hotmail.com", 15),
        ("outlook.es", 6),
        ("yahoo.es", 5),
        ("icloud.com", 4),
        ("telefonica.net", 1),
    ),
    "PL": (
        ("gmail.com", 55),
        ("wp.pl", 14),
        ("o2.pl", 8),
        ("onet.pl", 8),
        ("interia.pl", 6),
        ("outlook.com", 4),
        ("icloud.com", 2),
    ),
    "MX": (("gmail.com", 66), ("hotmail.com", 19), ("outlook.com", 7), ("yahoo.com.mx", 5), ("icloud.com", 3)),
    "ID": (("gmail.com", 90), ("yahoo.com", 6), ("yahoo.co.id", 1), ("outlook.com", 2), ("icloud.com", 1)),
    "NG": (("gmail.com", 87), ("yahoo.com", 10), ("outlook.com", 2), ("icloud.com", 1)),
}
TABLES = {place: Weighted(rows) for place, rows in PROVIDERS.items()}
SLIPS = ("gmial.com", "gmai.com", "gmail.con", "hotmial.com", "yaho.com", "gmal.com", "outlok.com", "icloud.co")
THROWAWAY = (
    "mailinator.com",
    "yopmail.com",
    "guerrillamail.com",
    "10minutemail.com",
    "temp-mail.org",
    "sharklasers.com",
)
ROLES = ("info", "admin", "contact", "office", "hello", "mail", "dev", "support", "billing")
WORDS = _words(
    """
    sun moon river stone cloud pixel tiger coffee ghost wolf star shadow neo retro blue iron lucky crazy
    happy mr the real just its dark fire sky storm game code byte paper lemon mango panda fox
    """
)
TRADES = _words(
    """
    labs studio works consulting media design software systems solutions group partners digital
    analytics logistics bau foods legal health energy robotics
    """
)
ENDINGS = {
    "US": (".com", ".io", ".net", ".co", ".dev", ".xyz", ".me"),
    "DE": (".de", ".de", ".com", ".online"),
    "GB": (".co.uk", ".com"),
    "FR": (".fr", ".com"),
    "BR": (".com.br",),
    "IN": (".in", ".com", ".co.in"),
    "JP": (".co.jp", ".jp"),
    "ES": (".es", ".com"),
    "PL": (".pl", ".com.pl"),
    "MX": (".com.mx", ".mx"),
    "ID": (".co.id", ".id"),
    "NG": (".com.ng", ".com"),
}
CHEAP, CHEAP_SHARE = (".xyz", ".top", ".site", ".online", ".com", ".net", ".shop"), 0.15  # for anybody anywhere
NUMBERS = ("{two}", "{three}", "{four}", "{five}", "{year}")  # what of a habit is digits
HABITS = Weighted(
    [
        ("{given}.{family}", 20),
        ("{given}{family}", 16),
        ("{given}.{family}{two}", 10),
        ("{given}{family}{year}", 7),
        ("{given}{two}", 6),
        ("{given}{three}", 4),
        ("{initial}{family}", 7),
        ("{initial}.{family}", 4),
        ("{initial}{family}{two}", 6),
        ("{given}_{family}", 4),
        ("{family}.{given}", 3),
        ("{family}{two}", 3),
        ("{word}{word2}{two}", 4),
        ("{word}{given}", 3),
        ("{word}.{word2}", 1.5),
        ("{given}{family}{four}", 3),
        ("{noise}", 1.2),
        ("{given}.{middle}.{family}", 2),
        ("{given}{family}{three}", 4),
        ("{family}{given}{two}", 2),
        ("{given}.{family}{four}", 2),
        ("{given}{middle}{four}", 1.5),
        ("{given}{family}{five}", 1),
    ]
)


@dataclass(slots=True)
class Mailboxes:
    """Who has which mailbox: each is one person's."""

    dice: Dice
    taken: set[int] = field(default_factory=set)

    def unique(self, local: str, domain: str) -> str:
        """This mailbox, or the nearest that is free, as providers offer it."""
        address = f"{local}@{domain}"
        while hash_of(address) in self.taken:
            local = f"{local}{self.dice.randrange(10)}"
            address = f"{local}@{domain}"
        self.taken.add(hash_of(address))
        return address

    def personal(self, given: str, family: str, place: str) -> str:
        """One at a provider of the country, by habit; some with a tag, a few misspelt or thrown away."""
        dice = self.dice
        drawn = dice.random()
        local = self.local(given, family)
        if drawn < 0.004:
            return self.unique(local, dice.choice(SLIPS))
        if drawn < 0.011:
            return self.unique(local if dice.chance(0.5) else dice.fill("????????"), dice.choice(THROWAWAY))
        if drawn < 0.061:
            return self.own(given, family, place)
        domain = dice.one(TABLES[place])
        if drawn < 0.0625:
            return dice.choice((f"{local}@{domain.partition('.')[0]}", f"{local}.{domain}", f"{local}@{domain},"))
        if domain == "icloud.com" and dice.chance(0.12):
            return self.unique(dice.fill("?????_????##?"), "privaterelay.appleid.com")
        return self.unique(f"{local}+{dice.choice(WORDS)}" if dice.chance(0.012) else local, domain)

    def local(self, given: str, family: str) -> str:
        """The part before the @, by habit."""
        return self.spelt(self.dice.one(HABITS), given, family)

    def spelt(self, habit: str, given: str, family: str) -> str:
        """The part before the @, by one of the habits."""
        dice = self.dice
        given, family = given.lower(), family.lower()
        return habit.format(
            given=given,
            family=family,
            initial=given[0],
            middle=dice.fill("?"),
            two=f"{dice.randrange(100):02}",
            three=dice.randrange(100, 1000),
            four=dice.randrange(1000, 10000),
            five=dice.randrange(10_000, 100_000),
            year=dice.randrange(1955, 2009),
            word=dice.choice(WORDS),
            word2=dice.choice(WORDS),
            noise=dice.fill("??????????"[: dice.randrange(5, 11)]) + (dice.fill("##") if dice.chance(0.6) else ""),
        )

    def own(self, given: str, family: str, place: str) -> str:
        """One on a domain of somebody's own or of a small firm."""
        dice = self.dice
        domain = self.domain(family, place)
        if dice.chance(0.18):
            return self.unique(dice.choice(ROLES), domain)
        local = dice.choice((given.lower(), f"{given}.{family}".lower(), "me", f"{given[0]}{family}".lower(), "hi"))
        return self.unique(local, domain)

    def domain(self, family: str, place: str) -> str:
        """A domain of one's own."""
        dice = self.dice
        stem = family.lower() if dice.chance(0.5) else dice.choice(WORDS)
        tail = dice.choice(("", "-", "")) + (dice.choice(TRADES) if dice.chance(0.7) else str(dice.randrange(1, 99)))
        return f"{stem}{tail}".rstrip("-") + dice.choice(CHEAP if dice.chance(CHEAP_SHARE) else ENDINGS[place])


def hash_of(address: str) -> int:
    """A number for an address that does not change from run to run, as Python's own hash does."""
    return int.from_bytes(address.encode()[-64:], "little") % ((1 << 61) - 1)
