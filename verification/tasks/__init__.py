"""What Celery runs. Tasks take ids, may run twice, and have their effect once."""

from verification.tasks.backtests import run_backtest, sweep_backtests
from verification.tasks.codes import send_code, tell_provider
from verification.tasks.notices import tell_person
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
from verification.tasks.relaying import nudge, relay_events
from verification.tasks.reports import apply_report, queue_report
from verification.tasks.rings import add_up_exposure, apply_ring, detect_rings, make_traces
from verification.tasks.sessions import handle_callback, open_session, queue_callback, settle_session, sweep_callbacks
from verification.tasks.webhooks import catch_up_soon, keep_webhooks, send_webhooks, turn_soon

__all__ = [
    "add_up_exposure",
    "apply_lists",
    "apply_report",
    "apply_ring",
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
    "nudge",
    "open_session",
    "queue_callback",
    "queue_report",
    "relay_events",
    "run_backtest",
    "send_code",
    "send_webhooks",
    "settle_session",
    "sweep_backtests",
    "sweep_callbacks",
    "tell_lapsing",
    "tell_person",
    "tell_provider",
    "turn_soon",
    "watch_friction",
]
