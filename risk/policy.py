"""A policy's document made into what judging needs: weights in log-odds, caps, thresholds and floors.

The document (risk/policies/default.yaml, docs/policy.md) is what a risk analyst reads and owns. Its ladder and checks
belong to tiers.ladder; here they are carried along unread.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from risk.findings import Family
from risk.friction import NO_FRICTION, Friction, parse_friction
from risk.half_lives import DEFAULT_HALF_LIVES, Evidence, HalfLife, parse_half_lives
from risk.lists import PolicyList, parse_lists
from risk.model import Model, parse_model
from risk.outcome import Outcome
from risk.policyerror import PolicyError
from risk.retention import DEFAULT_RETENTION, Retention, parse_retention
from risk.ringline import DEFAULT_LINE, RingLine, parse_rings
from risk.rules import Rule, parse_rules
from risk.velocities import DEFAULT, Velocity, parse_velocities

TOP_LEVEL = frozenset(
    {"name", "prior", "thresholds", "floors", "family_caps", "multipliers"}
    | {"velocities", "rules", "lists", "friction", "rings", "retention", "model", "asks", "checks", "half_lives"}
    | {"movement", "ladder"}
)
GRADED = (Outcome.CHALLENGE, Outcome.REVIEW, Outcome.DENY)


@dataclass(frozen=True, slots=True)
class Policy:
    """What judging needs of one version. Weights and caps are natural logarithms of multipliers."""

    digest: str  # SHA-256 of the document, hex; names the version beyond doubt
    prior: float  # log-odds
    weights: Mapping[str, float]
    caps: Mapping[Family, float]
    thresholds: Mapping[Outcome, float]  # probabilities
    floors: Mapping[str, Outcome]
    rules: tuple[Rule, ...] = ()
    friction: Friction = NO_FRICTION
    velocities: tuple[Velocity, ...] = DEFAULT
    lists: tuple[PolicyList, ...] = ()
    model: Model | None = None
    rings: RingLine = DEFAULT_LINE
    retention: Retention = DEFAULT_RETENTION
    half_lives: Mapping[Evidence, HalfLife] = field(default_factory=lambda: DEFAULT_HALF_LIVES)


def digest(document: Mapping[str, Any]) -> str:
    """The name of a document's content, the same whatever the order of its keys."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def parse(document: Mapping[str, Any], *, known_reasons: frozenset[str], past: bool = False) -> Policy:
    """Read a policy document strictly.

    One of the `past` was whole in its own time: it may lack reasons that signals learnt to give since, which then
    count for nothing, and name such as are gone.

    Raises:
        PolicyError: a part is missing, unknown or out of its range, or a reason that signals give has no multiplier.

    """
    _refuse_unknown("", document, TOP_LEVEL)
    multipliers = _numbers(document, "multipliers")
    if past:
        known_reasons = known_reasons | multipliers.keys()
    _refuse_unknown("multipliers", multipliers, known_reasons)
    if not past and (missing := sorted(known_reasons - multipliers.keys())):
        raise PolicyError(f"multipliers: no number for {', '.join(missing)}")
    velocities = parse_velocities(document, past=past)
    rules = parse_rules(document, velocities={velocity.name for velocity in velocities}, past=past)
    lists = parse_lists(document)
    return Policy(
        digest=digest(document),
        prior=_log_odds(_probability(document.get("prior"), "prior")),
        weights={code: _logarithm(value, f"multipliers.{code}") for code, value in multipliers.items()},
        caps=_caps(document),
        thresholds=_thresholds(document),
        floors=_floors(document, known_reasons) | _floors_of(rules, lists),
        rules=rules,
        friction=parse_friction(document),
        velocities=velocities,
        lists=lists,
        model=parse_model(document, known_reasons=known_reasons),
        rings=parse_rings(document),
        retention=parse_retention(document),
        half_lives=parse_half_lives(document),
    )


def _caps(document: Mapping[str, Any]) -> dict[Family, float]:
    caps = _numbers(document, "family_caps")
    _refuse_unknown("family_caps", caps, frozenset(Family))
    return {Family(name): _logarithm(value, f"family_caps.{name}") for name, value in caps.items()}


def _thresholds(document: Mapping[str, Any]) -> dict[Outcome, float]:
    given = _numbers(document, "thresholds")
    _refuse_unknown("thresholds", given, frozenset(GRADED))
    thresholds = {outcome: _probability(given.get(outcome), f"thresholds.{outcome}") for outcome in GRADED}
    if sorted(thresholds.values()) != list(thresholds.values()):
        raise PolicyError("thresholds: challenge, review and deny must rise in this order")
    return thresholds


def _floors(document: Mapping[str, Any], known_reasons: frozenset[str]) -> dict[str, Outcome]:
    floors = document.get("floors") or {}
    if not isinstance(floors, Mapping):
        raise PolicyError("floors: a table of reasons and outcomes is needed")
    _refuse_unknown("floors", floors, known_reasons)
    for code, outcome in floors.items():
        if outcome not in set(Outcome):
            raise PolicyError(f"floors.{code}: {outcome!r} is no outcome; outcomes are {', '.join(Outcome)}")
    return {code: Outcome(outcome) for code, outcome in floors.items()}


def _floors_of(rules: tuple[Rule, ...], lists: tuple[PolicyList, ...]) -> dict[str, Outcome]:
    ruled = {rule.code: rule.floor for rule in rules if rule.floor}
    return ruled | {one.code: one.floor for one in lists if one.floor}


def _numbers(document: Mapping[str, Any], part: str) -> Mapping[str, float]:
    numbers = document.get(part)
    if not isinstance(numbers, Mapping):
        raise PolicyError(f"{part}: a table of names and numbers is needed")
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise PolicyError(f"{part}.{name}: {value!r} is not a number")
    return numbers


def _refuse_unknown(part: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(set(map(str, given)) - known)
    if not unknown:
        return
    near = get_close_matches(unknown[0], known, n=3)
    instead = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(sorted(known))}"
    place = f"{part}.{unknown[0]}".lstrip(".")
    raise PolicyError(f"{place}: {', '.join(unknown)} is not known here; {instead}")


def _probability(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise PolicyError(f"{place}: {value!r} is not a probability between 0 and 1")
    return float(value)


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _logarithm(multiplier: float, place: str) -> float:
    if multiplier <= 0:
        raise PolicyError(f"{place}: a multiplier is above 0; 1 changes nothing")
    return math.log(multiplier)
