"""The canvas shows something else than was drawn on it, or something else each time."""

from risk.facts import CanvasState, Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown


def look(facts: Facts) -> Finding:
    """Honest people protect themselves so, and so do programs that want a new device for each account."""
    if facts.device is None or facts.device.canvas is None:
        return Unknown("whether the canvas is steady")
    return Hit("device_canvas_randomised") if facts.device.canvas == CanvasState.RANDOMISED else CLEAR


SIGNAL = Signal(
    name="device_canvas_randomised",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_canvas_randomised",
            "The canvas is blurred with noise, as against being known again.",
            "Brave, Tor, Safari's private windows, Firefox's protection against fingerprinting, and extensions: many"
            " careful people.",
        ),
    ),
    look=look,
)
