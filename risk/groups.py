"""The groups that somebody who signs up belongs to, as far as facts tell: friction and backtests are shown by these.

Nationality, origin and what a name sounds like are no facts, and no group is made of them.
"""

from enum import StrEnum

from risk.facts import Facts

UNKNOWN = "(unknown)"  # not given or not known: no group of people, and nothing is concluded from it
OTHER = "(other)"  # values beyond as many as are counted apart
UNTOLD = frozenset({"", "unknown", "Other"})  # how lookups of networks and browsers say that they do not know
VALUE_MOST = 64  # characters of a value


class Dimension(StrEnum):
    """Ways to divide people who sign up."""

    COUNTRY = "country"  # of the network, where that does not hide where people are
    CARRIER = "carrier"  # whom the phone number's block was given to, with the number's country
    NETWORK = "network"  # the kind of network: access, mobile, hosting and so on
    BROWSER = "browser"  # the family
    LANGUAGE = "language"  # the first that the browser asks for, without its region


def groups_of(facts: Facts) -> dict[Dimension, str]:
    """The group in each dimension, UNKNOWN where the facts do not tell."""
    found = {
        Dimension.COUNTRY: _country(facts),
        Dimension.CARRIER: _carrier(facts),
        Dimension.NETWORK: facts.network.as_kind if facts.network else None,
        Dimension.BROWSER: facts.browser.family if facts.browser else None,
        Dimension.LANGUAGE: next(iter(facts.browser.languages), None) if facts.browser else None,
    }
    return {dimension: _named(value) for dimension, value in found.items()}


def is_group(value: str) -> bool:
    """Whether a value names people who have something in common."""
    return value not in {UNKNOWN, OTHER}


def _named(value: str | None) -> str:
    return UNKNOWN if value is None or value in UNTOLD else value[:VALUE_MOST]


def _country(facts: Facts) -> str | None:
    network = facts.network
    return None if network is None or network.hides_where else network.country


def _carrier(facts: Facts) -> str | None:
    """With the country: a Vodafone is in twenty of them, each a company of its own."""
    phone = facts.phone
    return f"{phone.carrier}, {phone.country}" if phone and phone.carrier and phone.country else None
