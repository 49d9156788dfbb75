"""What kind of network an autonomous system is: told by its number where names mislead, else by its names.

No open registry says which networks host machines and which bring people online, so this is a reading of names: the
organisation's and the short handle of the registry. docs/adr/0003 has how often it is right. Unknown is an answer.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from risk.intel.known_networks import KNOWN_NETWORKS
from risk.intel.name_words import NAME_WORDS


class AsKind(StrEnum):
    """What an address of the network most likely stands for."""

    HOSTING = "hosting"  # machines for rent, clouds, content delivery, VPN exits
    MOBILE = "mobile"  # handsets, mostly behind carrier NAT
    CAMPUS = "campus"  # universities, schools, research: many people, few addresses
    HOME = "home"  # broadband to households; carriers of everything count here too
    BUSINESS = "business"  # companies and authorities that run their own network
    UNKNOWN = "unknown"


def plain(name: str) -> str:
    """The name in lower case ASCII letters and digits with single spaces between the words."""
    decomposed = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", decomposed))


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all words; a star stands for any letters and digits at that end of the word."""
    alternatives = "|".join(re.escape(word).replace(r"\*", "[a-z0-9]*").replace(r"\ ", " ") for word in words)
    return re.compile(rf"\b(?:{alternatives})\b")


_RULES = tuple((AsKind(kind), _pattern(words)) for kind, words in NAME_WORDS)
_NUMBERS = {number: AsKind(kind) for kind, numbers in KNOWN_NETWORKS.items() for number in numbers}


def classify(asn: int, *names: str) -> AsKind:
    """The kind of the network with this number and these names; the first group of words that occurs decides."""
    known = _NUMBERS.get(asn)
    if known is not None:
        return known
    text = " | ".join(plain(name) for name in names)
    return next((kind for kind, pattern in _RULES if pattern.search(text)), AsKind.UNKNOWN)
