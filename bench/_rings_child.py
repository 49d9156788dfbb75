"""What every method of bench/rings.py does around its work, in a process of its own: read, time, weigh, tell."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench._rings_towns import Records
from bench._used import Memory, processor
from risk.rings.columns import Ints

Say = Callable[[str, float], None]
Method = Callable[[Records, Say], Ints]  # the group of each account, -1 for none


def measured(method: Method) -> None:
    """Run a method on the records of the first argument; groups and figures go where the second says.

    Seconds are from the records in memory to the groups; the processor's are of the whole process, with those that
    it started, on all cores, and do not grow when others want the machine too. The memory is their largest, records
    and all.
    """
    records, out = Path(sys.argv[1]), Path(sys.argv[2])
    stored = np.load(records)
    loaded = Records(*(stored[name] for name in Records.__slots__))
    told: dict[str, float] = {}
    with Memory() as memory:
        started = time.perf_counter()
        groups = method(loaded, told.__setitem__)
        seconds = time.perf_counter() - started
    np.save(out.with_suffix(".npy"), groups)
    figures = {"seconds": seconds, "processor": processor(), "megabytes": memory.largest}
    out.write_text(json.dumps({**figures, "told": told}))
