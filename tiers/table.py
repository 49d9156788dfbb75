"""The ladder as it stands in a policy document: read line by line, and what is wrong named with its place. Pure."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from risk.outcome import Outcome
from risk.policyerror import PolicyError
from tiers.ladder import SETS, CheckKind, Entitlement, Ladder, Movement, Need, Proofs, Rung

EARNED_MOST = 3650  # days: ten years
LONGEST_ENTITLEMENTS = 2048  # bytes: nginx and its like hold all headers of an answer in 4 kB
MALFORMED = (KeyError, TypeError, ValueError, AttributeError)


def parse(document: Mapping[str, Any]) -> Ladder:
    """The ladder of a policy document. One that is not `fit` is read: it may be in force.

    Raises:
        PolicyError: a line is not of the form, or somebody could stand on no rung at all.

    """
    rungs = tuple(_rung(line, f"ladder.{place}") for place, line in enumerate(_lines(document)))
    if not _takes_everybody(rungs[-1]):
        raise PolicyError("ladder: the last line has to take everybody: needs [[]], worst_outcome deny, nothing else")
    if len({rung.tier for rung in rungs}) < len(rungs):
        raise PolicyError("ladder: a tier stands on one line only")
    checks = _checks(document)
    costs = {kind: _cost(line.get("cost", 0), kind) for kind, line in checks.items()}
    return Ladder(rungs, _half_lives(checks), costs, _asks(document), _movement(document))


def fit(ladder: Ladder) -> Ladder:
    """The ladder, fit to be put in force.

    Raises:
        PolicyError: it leads some people nowhere, or gives less higher up.

    """
    if faults := (*gives_less(ladder), *ladder.dead_ends()):
        raise PolicyError("; ".join(faults))
    return ladder


def gives_less(ladder: Ladder) -> tuple[str, ...]:
    """Where a rung gives less than one below it: then more evidence would be worth less. Each with its place.

    Limits are numbers of which more is more, and one that is left out is none at all; `models` and `scopes` are what is
    allowed, and left out they are all. Which of two other entitlements is more, Gatehouse does not know.
    """
    return tuple(
        fault
        for place, above in enumerate(ladder.rungs)
        for below in ladder.rungs[place + 1 :]
        for fault in (*_fewer(place, above, below), *_narrower(place, above, below))
    )


def _fewer(place: int, above: Rung, below: Rung) -> Iterator[str]:
    for name, limit in above.limits.items():
        under = below.limits.get(name)
        if under is None or under > limit:
            than = "none" if under is None else str(under)
            yield f"ladder.{place}.limits.{name}: {above.tier} has {limit}, and {below.tier} below it has {than}"


def _narrower(place: int, above: Rung, below: Rung) -> Iterator[str]:
    for name in SETS:
        allowed, under = above.entitlements.get(name), below.entitlements.get(name)
        if isinstance(allowed, tuple) and not (isinstance(under, tuple) and set(under) <= set(allowed)):
            where = f"ladder.{place}.entitlements.{name}"
            yield f"{where}: {below.tier} below it may use more of them than {above.tier}"


def _takes_everybody(rung: Rung) -> bool:
    return rung.worst is Outcome.DENY and rung.highest_score is None and _anybody(rung.needs)


def _anybody(needs: Sequence[Need]) -> bool:
    return Need(frozenset()) in needs


def _lines(document: Mapping[str, Any]) -> Sequence[Any]:
    lines = document.get("ladder")
    if not isinstance(lines, list) or not lines:
        raise PolicyError("ladder: a list of rungs from the top is needed")
    return lines


def _rung(line: Any, place: str) -> Rung:
    try:
        earned = _days(line.get("earned_days", 0))
        challenged = line.get("challenged_needs")
        rung = Rung(
            tier=str(line["tier"]),
            needs=_needs(line["needs"], earned),
            worst=Outcome(line["worst_outcome"]),
            limits={str(name): int(value) for name, value in line["limits"].items()},
            challenged_needs=None if challenged is None else _needs(challenged, earned),
            highest_score=_highest(line.get("highest_score")),
            earned_days=earned,
            entitlements={str(name): _entitlement(value) for name, value in line.get("entitlements", {}).items()},
        )
    except MALFORMED as error:
        raise PolicyError(f"{place}: {error}") from None
    _refuse_easier_challenge(rung, place)
    _refuse_other_sets(rung, place)
    _refuse_long(rung, place)
    return rung


def _refuse_easier_challenge(rung: Rung, place: str) -> None:
    """Else a worse outcome would open what a better one does not."""
    for at, asked in enumerate(rung.challenged_needs or ()):
        if not any(asked.asks_no_less(plain) for plain in rung.needs):
            raise PolicyError(f"{place}.challenged_needs.{at}: challenged_needs asks for less than needs")


def _refuse_other_sets(rung: Rung, place: str) -> None:
    for name in SETS:
        if not isinstance(rung.entitlements.get(name, ()), tuple):
            raise PolicyError(f"{place}.entitlements.{name}: a list of names is needed")


def _refuse_long(rung: Rung, place: str) -> None:
    """Left out of a header for want of room, they would be taken for none, which is all that can be had."""
    if len(json.dumps(rung.entitlements)) > LONGEST_ENTITLEMENTS:
        raise PolicyError(f"{place}.entitlements: longer as JSON than the {LONGEST_ENTITLEMENTS} bytes of a header")


def _needs(sets: Any, earned: int) -> tuple[Need, ...]:
    return tuple(_need(each, earned) for each in sets)


def _need(given: Any, earned: int) -> Need:
    """A list of checks, or a table of `proofs` and the `earned_days` that this set asks for."""
    if isinstance(given, Mapping):
        return Need(_kinds(given["proofs"]), max(earned, _days(given.get("earned_days", 0))))
    return Need(_kinds(given), earned)


def _kinds(kinds: Any) -> Proofs:
    return frozenset(CheckKind(kind) for kind in kinds)


def _days(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= EARNED_MOST:
        raise ValueError(f"earned_days {given!r} is not a number of days, 0 to {EARNED_MOST}")
    return given


def _highest(given: Any) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 100:
        raise ValueError(f"highest_score {given!r} is not a score, 0 to 100")
    return float(given)


def _entitlement(given: Any) -> Entitlement:
    if isinstance(given, list) and all(isinstance(each, str) for each in given):
        return tuple(given)
    if isinstance(given, str) or (isinstance(given, int | float) and math.isfinite(given)):
        return given
    raise ValueError(f"entitlements: {given!r} is not a number, a text or a list of texts")


def _movement(document: Mapping[str, Any]) -> Movement:
    given = document.get("movement")
    if given is None:
        return Movement()
    if not isinstance(given, Mapping):
        raise PolicyError("movement: a table is needed")
    number = {name: _number(given, name) for name in ("rise_margin", "rise_after_days", "notice_days", "grace_days")}
    if number["rise_margin"] and not number["rise_after_days"]:
        raise PolicyError("movement.rise_margin: without rise_after_days above 0 nobody waits, or for ever")
    return Movement(
        rise_margin=number["rise_margin"] or 0.0,
        rise_after=timedelta(days=number["rise_after_days"] or 0.0),
        at_once=frozenset(map(str, given.get("at_once", ()))),
        notice=Movement().notice if number["notice_days"] is None else timedelta(days=number["notice_days"]),
        grace=Movement().grace if number["grace_days"] is None else timedelta(days=number["grace_days"]),
    )


def _number(table: Mapping[str, Any], name: str) -> float | None:
    given = table.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 365:
        raise PolicyError(f"movement.{name}: {given!r} is not a number from 0 to 365")
    return float(given)


def _asks(document: Mapping[str, Any]) -> dict[Outcome, Proofs]:
    given = document.get("asks") or {}
    if not isinstance(given, Mapping):
        raise PolicyError("asks: a table of outcomes and lists of checks is needed")
    asks: dict[Outcome, Proofs] = {}
    for outcome, kinds in given.items():
        try:
            asks[Outcome(outcome)] = frozenset(map(CheckKind, kinds))
        except (ValueError, TypeError) as error:
            raise PolicyError(f"asks.{outcome}: {error}") from None
    return asks


def _checks(document: Mapping[str, Any]) -> dict[CheckKind, Mapping[str, Any]]:
    checks = document.get("checks")
    if not isinstance(checks, Mapping) or set(checks) != set(CheckKind):
        raise PolicyError(f"checks: a line for each of {', '.join(CheckKind)} is needed")
    if not all(isinstance(line, Mapping) for line in checks.values()):
        raise PolicyError("checks: each line is a table with half_life_days, and cost where it is known")
    return {CheckKind(kind): line for kind, line in checks.items()}


def _half_lives(checks: Mapping[CheckKind, Mapping[str, Any]]) -> dict[CheckKind, timedelta]:
    try:
        half_lives = {kind: timedelta(days=line["half_life_days"]) for kind, line in checks.items()}
    except (KeyError, TypeError, OverflowError) as error:
        raise PolicyError(f"checks: half_life_days is a number of days ({error})") from None
    if min(half_lives.values()) <= timedelta(0):
        raise PolicyError("checks: half_life_days is above 0")
    return half_lives


def _cost(given: Any, kind: CheckKind) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < math.inf:
        raise PolicyError(f"checks.{kind}.cost: {given!r} is not a number of US cents, 0 or above")
    return float(given)
