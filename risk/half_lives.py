"""The policy's `half_lives`: how long what was learnt of an account is good before it is looked at again. Pure.

docs/policy.md describes the section. Proofs age too: their half-lives stand under `checks`.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from risk.policyerror import PolicyError

FIELDS = frozenset({"days", "jitter", "tiers"})
DAYS_MOST = 3650  # ten years
JITTER_MOST = 0.5


class Evidence(StrEnum):
    """What is known of an account and can change without its doing."""

    PHONE_LINE = "phone_line"  # given to somebody else, ported, of another type
    MAIL_DOMAIN = "mail_domain"  # lapsed, without a mail server, with another one
    MAILBOX = "mailbox"  # at a provider that lists name otherwise now; by an upgrade, and so it has no half-life
    NETWORK = "network"  # its address is on a list that it was not on
    DEVICE = "device"  # others came with it since
    QUIET = "quiet"  # nobody used the account for long


@dataclass(frozen=True, slots=True)
class HalfLife:
    """Of one kind of evidence. `jitter` is the share of it by which a moment may lie before or after.

    `tiers` are those whose accounts are worth asking for; None: all.
    """

    good: timedelta
    jitter: float = 0.2
    tiers: frozenset[str] | None = None

    def worth(self, tier: str) -> bool:
        """Whether an account of a tier is looked at again for age."""
        return self.tiers is None or tier in self.tiers

    def due_at(self, evidence: Evidence, subject: int, *, learnt_at: datetime) -> datetime:
        """When what was learnt at a moment is looked at again: the same each time it is asked for."""
        return learnt_at + self.good * (1 + self.jitter * (2 * _lot(evidence, subject) - 1))

    def spread_at(self, evidence: Evidence, subject: int, *, now: datetime) -> datetime:
        """When what was due long ago is looked at: somewhere within one half-life from now, and so not all at once."""
        return now + self.good * _lot(evidence, subject)


# A line that a policy leaves out is as here; docs/adr/0026-re-verification.md says where each number comes from.
DEFAULT_HALF_LIVES: Mapping[Evidence, HalfLife] = MappingProxyType(
    {
        Evidence.PHONE_LINE: HalfLife(timedelta(days=75), tiers=frozenset({"standard", "trusted"})),
        Evidence.MAIL_DOMAIN: HalfLife(timedelta(days=30)),
        Evidence.NETWORK: HalfLife(timedelta(days=14)),
        Evidence.DEVICE: HalfLife(timedelta(days=30)),
        Evidence.QUIET: HalfLife(timedelta(days=90), jitter=0.0),
    }
)


def _lot(evidence: Evidence, subject: int) -> float:
    """A number from 0 up to 1 that an account has drawn for good: a restart shuffles nothing."""
    drawn = hashlib.blake2b(f"{evidence}:{subject}".encode(), digest_size=4).digest()
    return int.from_bytes(drawn, "big") / 2**32


def parse_half_lives(document: Mapping[str, Any]) -> Mapping[Evidence, HalfLife]:
    """The section of a policy document; the defaults for what it does not say.

    Raises:
        PolicyError: it is not of the form.

    """
    section = document.get("half_lives")
    if section is None:
        return DEFAULT_HALF_LIVES
    if not isinstance(section, Mapping):
        raise PolicyError("half_lives: a table of kinds of evidence is needed")
    if unknown := sorted(set(map(str, section)) - DEFAULT_HALF_LIVES.keys()):
        raise PolicyError(f"half_lives.{unknown[0]}: not known here; known are {', '.join(DEFAULT_HALF_LIVES)}")
    return {
        evidence: _line(section[evidence], evidence) if evidence in section else default
        for evidence, default in DEFAULT_HALF_LIVES.items()
    }


def _line(given: Any, evidence: Evidence) -> HalfLife:
    place = f"half_lives.{evidence}"
    if not isinstance(given, Mapping) or "days" not in given:
        raise PolicyError(f"{place}: a table with days, and jitter and tiers where wanted, is needed")
    if unknown := sorted(set(map(str, given)) - FIELDS):
        raise PolicyError(f"{place}.{unknown[0]}: not known here; known are {', '.join(sorted(FIELDS))}")
    default = DEFAULT_HALF_LIVES[evidence]
    return HalfLife(
        good=timedelta(days=_number(given["days"], f"{place}.days", most=DAYS_MOST, least=0.0)),
        jitter=_number(given.get("jitter", default.jitter), f"{place}.jitter", most=JITTER_MOST),
        tiers=_tiers(given["tiers"], f"{place}.tiers") if "tiers" in given else None,
    )


def _number(given: Any, place: str, *, most: float, least: float | None = None) -> float:
    fits = isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)
    if not fits or not 0 <= given <= most or given == least:
        raise PolicyError(
            f"{place}: {given!r} is not a number {'above' if least is not None else 'from'} 0 to {most:g}"
        )
    return float(given)


def _tiers(given: Any, place: str) -> frozenset[str]:
    if not isinstance(given, list) or not all(isinstance(tier, str) for tier in given):
        raise PolicyError(f"{place}: a list of tiers is needed")
    return frozenset(given)
