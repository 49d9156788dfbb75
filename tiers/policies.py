"""A policy document checked in all its parts: judging, the ladder, no dead ends, and more never worth less."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from risk.policies import source
from risk.policies.source import Source
from risk.policy import Policy, parse
from risk.policyerror import PolicyError
from risk.signals import REASON_CODES
from tiers.ladder import Ladder
from tiers.table import fit
from tiers.table import parse as parse_ladder


def read(path: Path) -> dict[str, Any]:
    """The document of a policy file, fit to be put in force.

    Raises:
        OSError: it cannot be read.
        PolicyError: what is wrong, with file and line.

    """
    return _checked(source.read(path))


def load(text: str, name: str) -> dict[str, Any]:
    """The document of a policy's text, fit to be put in force. Raises PolicyError: what is wrong, with its line."""
    return _checked(source.load(text, name))


def check(document: Mapping[str, Any]) -> None:
    """Raise PolicyError where a document is not fit to be put in force now."""
    policy = parse(document, known_reasons=REASON_CODES)
    ladder = fit(parse_ladder(document))
    _refuse_other_tiers(policy, ladder, document.get("half_lives") or {})


def _refuse_other_tiers(policy: Policy, ladder: Ladder, section: Mapping[str, Any]) -> None:
    """The default's tiers may be none of this ladder's; what the document names itself has to be there."""
    for evidence, half_life in policy.half_lives.items():
        unknown = sorted(tier for tier in half_life.tiers or () if ladder.place_of(tier) is None)
        if unknown and evidence in section:
            raise PolicyError(f"half_lives.{evidence}.tiers: the ladder has no {', '.join(unknown)}")


def _checked(found: Source) -> dict[str, Any]:
    with found.located():
        check(found.document)
    return dict(found.document)
