"""Which queue every task goes to, and how long one may take: a table, held to what is registered by a test.

Workers are given queues, so a queue is a promise of who waits for whom. What a person waits for never stands behind
what waits for a network, and neither stands behind what walks through accounts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kombu import Exchange, Queue

# What a worker is started by, so that it leaves the processor to those that people wait for.
GENTLY: Final[Mapping[str, Sequence[str]]] = {"bulk": ("nice", "-n", "10")}
EXCHANGE: Final = "gatehouse"
SPARE_SECONDS: Final = 10  # between the limit that a task is told of and the one that ends its process


@dataclass(frozen=True, slots=True)
class Line:
    """A queue. `seconds` is the longest that one of its tasks may take, unless the task names a limit of its own."""

    name: str
    seconds: int
    tasks: Sequence[str]


INTERACTIVE: Final = Line("interactive", 60, ("verification.relay_events", "verification.send_code"))
OUTSIDE: Final = Line(
    "outside",
    120,
    (
        "verification.ask_outside",
        "verification.handle_callback",
        "verification.open_session",
        "verification.settle_session",
        "verification.tell_appeal",
        "verification.tell_person",  # a wave of notices is no reason for a code to wait
        "verification.tell_provider",
    ),
)
WEBHOOKS: Final = Line("webhooks", 120, ("verification.send_webhooks",))
BULK: Final = Line(
    "bulk",
    300,
    (
        "risk.refresh_intel",
        "tiers.forget_changes",
        "tiers.keep_keys",
        "verification.add_up_exposure",
        "verification.apply_lists",
        "verification.apply_report",
        "verification.apply_ring",
        "verification.ask_again",
        "verification.contain_rings",
        "verification.detect_rings",
        "verification.earn_by_use",
        "verification.end_overrides",
        "verification.expire_checks",
        "verification.forget",
        "verification.keep_counters",
        "verification.keep_webhooks",
        "verification.lapse_proofs",
        "verification.learn_devices",
        "verification.learn_pairs",
        "verification.let_rise",
        "verification.make_traces",
        "verification.match_partners",
        "verification.recheck_due",
        "verification.run_backtest",
        "verification.run_policy",
        "verification.share_rings",
        "verification.sweep_backtests",
        "verification.sweep_callbacks",
        "verification.sweep_policy_runs",
        "verification.tell_lapsing",
        "verification.watch_friction",
        "verification.watch_probing",
    ),
)
LINES: Final = (INTERACTIVE, OUTSIDE, WEBHOOKS, BULK)
# The workers of `make run`, by name, and of every installation that has no reason for more.
WORKERS: Final[Mapping[str, Sequence[Line]]] = {
    "interactive": (INTERACTIVE,),
    "outside": (OUTSIDE, WEBHOOKS),
    "bulk": (BULK,),
}


def queues(*, quorum: bool) -> list[Queue]:
    """The queues as Celery declares them. Quorum queues are RabbitMQ's replicated ones; Valkey knows no kinds."""
    if not quorum:
        return [Queue(line.name, routing_key=line.name) for line in LINES]
    exchange = Exchange(EXCHANGE, type="topic")  # Celery warns of direct ones here
    arguments = {"x-queue-type": "quorum"}
    return [Queue(line.name, exchange, routing_key=line.name, queue_arguments=arguments) for line in LINES]


def routes() -> dict[str, dict[str, str]]:
    """The queue of each task, as Celery reads it."""
    return {task: {"queue": line.name} for line in LINES for task in line.tasks}


def limits() -> Mapping[str, Mapping[str, Any]]:
    """The limits of tasks whose queue allows less than the longest, as Celery's annotations."""
    return {
        task: {"time_limit": line.seconds, "soft_time_limit": line.seconds - SPARE_SECONDS}
        for line in LINES
        if line.seconds < BULK.seconds
        for task in line.tasks
    }
