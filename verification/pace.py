"""How long each stage of a decision takes, and what decisions come to: for /metrics."""

from typing import Final

from prometheus_client import Counter, Histogram

from config.lib.metrics import BUCKETS

STAGE_SECONDS: Final = Histogram(
    "gatehouse_decision_seconds",
    "How long the stages of a decision took: gather (facts), judge (signals and scoring), write (rows and events).",
    ["stage"],
    buckets=BUCKETS,
)
DECISIONS: Final = Counter(
    "gatehouse_decisions", "Decisions by what caused them and their outcome.", ["cause", "outcome"]
)
