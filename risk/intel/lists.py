"""Reads lists of addresses and networks as others publish them. A line that cannot be used is counted, not followed."""

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from risk.intel.sources import Format

MOST_ENTRIES = 500_000  # Apple's list has some 290,000; compiling this many takes under a minute
LONGEST_LINE = 1_000  # characters
SHOWN_LINES = 5  # numbers of bad lines that are told
# Nobody's service fills more: such a line is cut short, or a joke that would name a whole continent.
BROADEST_IPV4, BROADEST_IPV6 = 8, 19
ABOUT_THE_RELAY = frozenset({"ExitNode", "Published", "LastStatus", "Downloaded"})
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TooManyEntries(ValueError):
    """The list is longer than any that is known."""


@dataclass(slots=True)
class Parsed:
    """The networks of a list, and what of it could not be used."""

    networks: list[Network] = field(default_factory=list)
    bad: int = 0
    bad_lines: list[int] = field(default_factory=list)  # numbers of the first few

    def refuse(self, number: int) -> None:
        """Count a line."""
        self.bad += 1
        if len(self.bad_lines) < SHOWN_LINES:
            self.bad_lines.append(number)


def parse_list(lines: Iterable[str], form: Format) -> Parsed:
    """The networks of a list in one of the formats of text.

    Raises:
        TooManyEntries: there are more than MOST_ENTRIES.

    """
    pick = _PICKERS[form]
    parsed = Parsed()
    for number, line in enumerate(lines, start=1):
        text = pick(line)
        if text is None:
            continue
        network = _network(text)
        if network is None:
            parsed.refuse(number)
        else:
            parsed.networks.append(network)
        if len(parsed.networks) + parsed.bad > MOST_ENTRIES:
            raise TooManyEntries(f"more than {MOST_ENTRIES:,} entries")
    return parsed


def _network(text: str) -> Network | None:
    """The network in a text; None for what is none, is not on the public internet, or is too broad to be true."""
    if len(text) > LONGEST_LINE:
        return None
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    broadest = BROADEST_IPV4 if network.version == 4 else BROADEST_IPV6
    return network if network.prefixlen >= broadest and network.is_global else None


def _of_list(line: str) -> str | None:
    text = line.replace(";", "#").partition("#")[0].strip()
    return text or None


def _of_tor(line: str) -> str | None:
    """An address alone, or that of an ExitAddress line; the other lines of the exit list are about the relay."""
    words = line.split()
    if not words or words[0] in ABOUT_THE_RELAY or words[0].startswith(("#", "@")):
        return None
    return words[1] if words[0] == "ExitAddress" and len(words) > 1 else line.strip()


def _of_apple(line: str) -> str | None:
    text = line.partition(",")[0].strip()
    return text if text and not text.startswith("#") else None


_PICKERS: dict[Format, Callable[[str], str | None]] = {
    Format.LIST: _of_list,
    Format.TOR: _of_tor,
    Format.APPLE: _of_apple,
}
