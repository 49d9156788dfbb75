"""Where Django's admin looks for what to show; the console is in verification.console."""

from verification.console import (
    backtests,
    dead_letters,
    friction,
    golden_accounts,
    labels,
    lists,
    people,
    phone_messages,
    policies,
    policy_runs,
    queue,
    records,
    retention,
    rings,
    signups,
    webhooks,
)

__all__ = [
    "backtests",
    "dead_letters",
    "friction",
    "golden_accounts",
    "labels",
    "lists",
    "people",
    "phone_messages",
    "policies",
    "policy_runs",
    "queue",
    "records",
    "retention",
    "rings",
    "signups",
    "webhooks",
]
