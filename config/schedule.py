"""What beat calls, and how often: a table. What a worker comes to later than the next call is dropped."""

from typing import Any, Final

HOUR: Final = 3600.0
CLOCKS: Final = 60.0  # seconds by which machines' clocks may differ, for what is called every second

# Looked for every RECHECK_SECONDS.
DUE: Final = (
    *("tell_lapsing", "lapse_proofs", "let_rise", "end_overrides", "expire_checks"),
    *("sweep_callbacks", "sweep_backtests", "apply_lists", "learn_devices", "keep_webhooks"),
    *("recheck_due", "ask_again", "sweep_policy_runs"),
)
# By name, under which beat remembers when each was called last.
EVERY: Final = {
    "add up exposure": ("verification.add_up_exposure", 300.0),
    "earn by use": ("verification.earn_by_use", HOUR),
    "make traces": ("verification.make_traces", HOUR),
    "contain rings": ("verification.contain_rings", 10.0),
    "keep tier keys": ("tiers.keep_keys", 600.0),
    "forget tier changes": ("tiers.forget_changes", HOUR),
    "forget": ("verification.forget", HOUR),
    "refresh intel": ("risk.refresh_intel", HOUR),
    "keep counters": ("verification.keep_counters", 10.0),
    "learn pairs": ("verification.learn_pairs", 60.0),
    "share rings": ("verification.share_rings", 60.0),
    "match partners": ("verification.match_partners", 60.0),
    "watch probing": ("verification.watch_probing", 60.0),
    "watch friction": ("verification.watch_friction", 60.0),
}


def schedule(*, relay: float, rings: float, rings_full: float, recheck: float) -> dict[str, dict[str, Any]]:
    """All of it, as Celery reads it, with what settings say of how often, in seconds."""
    due = {name.replace("_", " "): (f"verification.{name}", recheck) for name in DUE}
    return {
        **{name: called(task, seconds) for name, (task, seconds) in {**due, **EVERY}.items()},
        "relay events": called("verification.relay_events", relay, expires=max(CLOCKS, 10 * relay)),
        "detect rings": called("verification.detect_rings", rings) | {"kwargs": {"full": False}},
        "detect rings in full": called("verification.detect_rings", rings_full) | {"kwargs": {"full": True}},
    }


def called(task: str, seconds: float, *, expires: float | None = None) -> dict[str, Any]:
    """One line: a task, and after how long a call of it is no longer wanted."""
    return {"task": task, "schedule": seconds, "options": {"expires": expires or seconds}}
