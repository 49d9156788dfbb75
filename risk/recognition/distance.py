"""How far a device has come from what it was: whether so much changes by itself in so many days. Pure.

The measure is that of recognition: the likeliest story of what changed, each part by itself or several by one cause
(risk.recognition.matching). Known again a step at a time, a device can come further than any step would be believed.
"""

from collections.abc import Mapping
from typing import Final

from risk.recognition.components import COMPONENTS
from risk.recognition.matching import compared, drift_of, weight_of_change

# Nats. `python -m bench.device_drift` tells how many honest browsers come so far and how many other machines do.
FAR: Final = 11.5
DAYS_MOST: Final = 1000


def drifted(then: Mapping[str, int], now: Mapping[str, int], days: float) -> tuple[str, ...]:
    """The components that changed, in order, where they are more than change by themselves in so many days; else none.

    What either of both did not show is no change.
    """
    _, differing = compared(
        {name: value for name, value in now.items() if name in COMPONENTS},
        {name: value for name, value in then.items() if name in COMPONENTS},
    )
    _, changed = drift_of(float(min(DAYS_MOST, max(0, round(days)))))
    far = bool(differing) and -weight_of_change(differing, changed, days) >= FAR
    return tuple(sorted(differing)) if far else ()
