"""A canvas challenge was answered with a seed of another time."""

from risk.facts import ChallengeState, Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """Whoever sends again what a page sent once sends its seed too."""
    if facts.device is None or facts.device.challenge in {None, ChallengeState.ABSENT}:
        return Unknown("an answer to a canvas challenge")
    return Hit("device_canvas_stale") if facts.device.challenge == ChallengeState.STALE else CLEAR


SIGNAL = Signal(
    name="device_canvas_stale",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_canvas_stale",
            "The page answered a canvas challenge that was not ours, was past its time or had been answered before.",
            "Computers that sleep with the page open, and reports that are sent a second time after a fault of the"
            " network.",
        ),
    ),
    look=look,
)
