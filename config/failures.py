"""What happens when something that Gatehouse needs is slow, down or wrong: the table of docs/failure.md, in code.

A test holds the page to this table, the alarms to deploy/prometheus/alerts.yml, and what `/readyz` looks at to `probe`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Dependency:
    """One thing that is needed. `probe` is its name at /readyz; `essential`: without it the answer there is 503."""

    name: str
    probe: str
    essential: bool
    slow: str
    down: str
    wrong: str
    caller_sees: str
    alarms: Sequence[str]


DEPENDENCIES: Final[Sequence[Dependency]] = (
    Dependency(
        name="PostgreSQL",
        probe="database",
        essential=True,
        slow="a query ends after STATEMENT_TIMEOUT_MS; facts that come too late count as unknown",
        down="nothing is decided; errands and beat wait for it; gateways get what was last known for "
        "LAST_KNOWN_SECONDS, then the lowest tier",
        wrong="put back to an earlier state: verify_audit with a witness tells, and Valkey has to be emptied",
        caller_sees="503 storage_away with Retry-After: 1; lookups go on",
        alarms=("GatehouseDatabaseDown", "GatehouseDecisionsSlow"),
    ),
    Dependency(
        name="Valkey",
        probe="valkey",
        essential=False,
        slow="asked for 100 ms at most, then left alone for 5 s",
        down="PostgreSQL counts velocities; limits are kept by each process; budgets give out BUDGETS_AWAY_SHARE",
        wrong="emptied: filled again from PostgreSQL, and believed only then; errands are queued again in a minute",
        caller_sees="nothing",
        alarms=("GatehouseDependencyDown",),
    ),
    Dependency(
        name="the broker",
        probe="broker",
        essential=False,
        slow="codes and lookups come later",
        down="errands wait in PostgreSQL and are queued when it is back",
        wrong="messages lost or brought twice: errands are queued again, and done once",
        caller_sees="nothing; a code comes later",
        alarms=("GatehouseDependencyDown", "GatehouseErrandsOld"),
    ),
    Dependency(
        name="beat",
        probe="beat",
        essential=False,
        slow="events are relayed later",
        down="another beat takes over within 15 s; with none, requests for codes are still relayed, and all else waits",
        wrong="two are started: one calls; its clock jumps: what is due stays due",
        caller_sees="nothing",
        alarms=("GatehouseNoBeat", "GatehouseOutboxLag"),
    ),
    Dependency(
        name="workers",
        probe="",
        essential=False,
        slow="each queue has workers of its own, so bulk work delays no code; past its limit a task is ended",
        down="errands wait; killed, what they had is done by the next",
        wrong="a task that fails is tried three times more and then a dead letter; one that kills three workers too",
        caller_sees="nothing; a code comes later",
        alarms=("GatehouseErrandsOld", "GatehouseDeadLetters", "GatehouseOutboxLag"),
    ),
    Dependency(
        name="outside parties",
        probe="outside parties",
        essential=False,
        slow="given up after seconds (production.md has each), and tried again later each time",
        down="after five failures left alone for 30 s; a fact that nobody tells stays unknown, never clear",
        wrong="garbage counts as no answer; what perhaps went out is not sent again",
        caller_sees="the signup is answered at once, provisional; a check that could not be sent says so",
        alarms=("GatehouseProviderFailing",),
    ),
    Dependency(
        name="network data",
        probe="network data",
        essential=False,
        slow="read from memory",
        down="its signals are unknown",
        wrong="a file with bad lines, or much smaller than the one before, is refused and the old one stays",
        caller_sees="nothing",
        alarms=("GatehouseNetworkDataOld",),
    ),
    Dependency(
        name="receivers of webhooks",
        probe="",
        essential=False,
        slow="a request ends after WEBHOOK_TIMEOUT_SECONDS; one slow receiver delays no other",
        down="tried for three days, in order; then the endpoint is turned off, and catches up when it is turned on",
        wrong="any answer but 2xx is tried again; 410 turns the endpoint off",
        caller_sees="events come later",
        alarms=("GatehouseWebhooksLate", "GatehouseWebhooksDisabled"),
    ),
    Dependency(
        name="the disk",
        probe="",
        essential=False,
        slow="as PostgreSQL slow",
        down="full: PostgreSQL refuses writes, and nothing that was accepted is lost",
        wrong="as PostgreSQL wrong",
        caller_sees="503 storage_away",
        alarms=("GatehouseDatabaseDown",),
    ),
    Dependency(
        name="the clock",
        probe="",
        essential=False,
        slow="as wrong",
        down="as wrong",
        wrong="a jump makes codes and proofs end earlier or later by as much, and back, a pause between tries longer; "
        "beat goes on; machines that differ by more than a minute drop calls of beat, so keep NTP running",
        caller_sees="a code that has expired",
        alarms=("GatehouseOutboxLag",),
    ),
    Dependency(
        name="a web process",
        probe="",
        essential=False,
        slow="past its threads bulk calls are turned away first, codes and lookups last",
        down="its work is undone as a whole; a repeat under the same Idempotency-Key is safe",
        wrong="an error of ours is a 500 with a request_id",
        caller_sees="503 overloaded with Retry-After; a broken connection",
        alarms=("GatehouseShedding", "GatehouseErrors"),
    ),
)
