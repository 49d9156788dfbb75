"""A made-up history with use: people by themselves, and two operators of which one is used too late to be due."""

import numpy as np

from bench._usage_history import History
from bench._usage_windows import DAY, HOUR, Windows
from tests.bench.detection_records import records

DAYS = 45
NIGHTS = 6  # days of use of each account
TEMPLATES = np.random.default_rng(9).integers(1, 2**62, NIGHTS)


def history(seed: int = 1) -> History:
    """The script's accounts ask six templates from five lines, evenly; everybody else's are all different."""
    made = records(seed)
    dice = np.random.default_rng(seed)
    rows = np.repeat(np.arange(len(made)), NIGHTS)
    script = made.operator[rows] == "script-1"
    hour, night = made.at // HOUR * HOUR, np.tile(np.arange(NIGHTS), len(made))
    start = hour[rows] + HOUR + night * DAY
    late = made.operator[rows] == "antidetect-1"
    start = np.where(
        late, made.at.max() // HOUR * HOUR + 10 * DAY + np.tile(np.arange(NIGHTS), len(made)) * HOUR, start
    )
    address, sketch = dice.integers(1, 2**60, (2, len(rows)))
    windows = Windows(
        row=rows,
        start=start.astype(np.int64),
        address=np.where(script, 5 + address % 5, address),
        network=np.where(script, 15 + address % 5, address),
        client=np.ones(len(rows), dtype=np.int64),
        requests=np.where(script, 20, np.minimum(dice.lognormal(1.5, 1.2, len(rows)) + 1, 19).astype(np.int64)),
        hosted=np.zeros(len(rows), dtype=np.int64),
        sketch=np.where(script, TEMPLATES[night], sketch),
        sketch_of=np.arange(len(rows)),
    )
    way = np.where(made.operator == "script-1", "takes", np.where(made.operator == "antidetect-1", "sleeps", ""))
    return History(made.at, made.links, made.tells, made.group, made.operator, way, windows.ordered(), DAYS)
