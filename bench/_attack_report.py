"""What is asked of bench/attack.py, what came of it, and that in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.simulation.population import Plan

HEADING = "## An attack of 25,000 accounts"
ALLOWED = 0.05  # of all exchanges, got before accounts are held
A_DAY = 25.6  # exchanges of an account
DAYS = 45  # of use of each account, and of signups
TABLE = (
    "| calls by | got, of all exchanges | asked | first held after | held | an account, after | honest people held |",
    "|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is played."""

    accounts: int  # the operator's
    honest: int
    seed: str
    kind: str
    exits: str
    hours: float  # from round to round, until a ring of the operator's is held for the first time
    later: float  # and after it
    after: float  # days that are played after the last signup

    @property
    def plan(self) -> Plan:
        """The history of it."""
        of_all = self.accounts + self.honest
        return Plan(of_all, DAYS, self.seed, (self.kind,), self.accounts / of_all, alone=True)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it."""

    accounts: int
    honest: int
    arrived: tuple[float, float]  # days of the operator's first and last signup
    began: float  # day of its first call
    held_first: float | None  # day on which its first accounts were held
    hours_to_held: float | None  # the median account's, from its first call
    held: int  # of the operator's accounts
    got: int  # exchanges until held
    left: float  # exchanges that those who were never held get in the rest of their days
    accused: int  # honest accounts that were held in any round
    rounds: int

    @property
    def share(self) -> float:
        """Of all exchanges that the operator is out for, those that it got."""
        return (self.got + self.left) / (self.accounts * A_DAY * DAYS)


def lines(found: Sequence[tuple[Asked, Played]]) -> list[str]:
    """A table, a line for each attack."""
    asked = found[0][0]
    exits = " ".join(each.exits for each, _ in found)
    command = (
        f"python -m bench.attack --accounts {asked.accounts} --honest {asked.honest} --exits {exits} "
        f"--hours {asked.hours:g} --later {asked.later:g} --after {asked.after:g} "
        f"--kind {asked.kind} --seed {asked.seed}"
    )
    return [f"`{command}`:", "", *TABLE, *(_line(each, played) for each, played in found)]


def _line(asked: Asked, played: Played) -> str:
    met = "met" if played.share <= ALLOWED else "not met"
    first = "never" if played.held_first is None else f"{played.held_first - played.began:.1f} days"
    after = "never" if played.hours_to_held is None else f"{played.hours_to_held:.0f} hours"
    held = f"{played.held:,} of {played.accounts:,}, who came over {played.arrived[1] - played.arrived[0]:.0f} days"
    honest = f"{played.accused:,} of {played.honest:,}"
    share = f"{100 * played.share:.2f} % of {played.accounts * A_DAY * DAYS / 1e6:.1f} million"
    return f"| {asked.exits} | {share} | {100 * ALLOWED:.0f} % ({met}) | {first} | {held} | {after} | {honest} |"
