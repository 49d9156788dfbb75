"""A canvas did not show what the server asked it to draw."""

from risk.facts import ChallengeState, Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """A picture that is steady and wrong was not drawn here: it was stored, or the canvas is replaced."""
    if facts.device is None or facts.device.challenge in {None, ChallengeState.ABSENT, ChallengeState.STALE}:
        return Unknown("an answer to a canvas challenge")
    return CLEAR if facts.device.challenge == ChallengeState.MET else Hit("device_canvas_failed")


SIGNAL = Signal(
    name="device_canvas_failed",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_canvas_failed",
            "The canvas showed a steady picture, but not the one that we asked for.",
            "Rare extensions that put one and the same picture in place of every canvas.",
        ),
    ),
    look=look,
)
