"""What Celery runs. Tasks take ids, may run twice, and have their effect once."""

from verification.tasks.backtests import run_backtest, sweep_backtests
from verification.tasks.codes import send_code, tell_provider
from verification.tasks.notices import tell_appeal, tell_person
from verification.tasks.outside import ask_outside
from verification.tasks.periodic import (
    apply_lists,
    contain_rings,
    earn_by_use,
    end_overrides,
    expire_checks,
    forget,
    keep_counters,
    lapse_proofs,
    learn_devices,
    learn_pairs,
    let_rise,
    tell_lapsing,
    watch_friction,
)
from verification.tasks.policy_runs import queue_policy_run, run_policy, sweep_policy_runs
from verification.tasks.rechecks import ask_again, recheck_due
from verification.tasks.relaying import nudge, relay_events
from verification.tasks.reports import apply_report, queue_report
from verification.tasks.rings import add_up_exposure, apply_ring, detect_rings, make_traces
from verification.tasks.sessions import handle_callback, open_session, queue_callback, settle_session, sweep_callbacks
from verification.tasks.sharing import match_partners, share_rings
from verification.tasks.webhooks import catch_up_soon, keep_webhooks, send_webhooks, turn_soon

__all__ = [
    "add_up_exposure",
    "apply_lists",
    "apply_report",
    "apply_ring",
    "ask_again",
    "ask_outside",
    "catch_up_soon",
    "contain_rings",
    "detect_rings",
    "earn_by_use",
    "end_overrides",
    "expire_checks",
    "forget",
    "handle_callback",
    "keep_counters",
    "keep_webhooks",
    "lapse_proofs",
    "learn_devices",
    "learn_pairs",
    "let_rise",
    "make_traces",
    "match_partners",
    "nudge",
    "open_session",
    "queue_callback",
    "queue_policy_run",
    "queue_report",
    "recheck_due",
    "relay_events",
    "run_backtest",
    "run_policy",
    "send_code",
    "send_webhooks",
    "settle_session",
    "share_rings",
    "sweep_backtests",
    "sweep_callbacks",
    "sweep_policy_runs",
    "tell_appeal",
    "tell_lapsing",
    "tell_person",
    "tell_provider",
    "turn_soon",
    "watch_friction",
]
