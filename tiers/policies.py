"""A policy document checked in all its parts: judging, the ladder, no dead ends, and more never worth less."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from risk.policies import source
from risk.policies.source import Source
from risk.policy import parse
from risk.signals import REASON_CODES
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
    parse(document, known_reasons=REASON_CODES)
    fit(parse_ladder(document))


def _checked(found: Source) -> dict[str, Any]:
    with found.located():
        check(found.document)
    return dict(found.document)
