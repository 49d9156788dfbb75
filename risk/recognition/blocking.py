"""Keys under which devices that could be the same are found: few, indexed, and together they outlive most changes.

Each key leaves out what another hangs on: a new canvas, screen or driver and a journey each leave one standing.
"""

import struct
from hashlib import blake2b

from risk.recognition.components import Print

# fmt: off
BLOCKS = (                                                # outlives new ...
    ("canvas", "gpu", "fonts"),                           # screen, journey, languages
    ("canvas", "gpu", "screen", "cores"),                 # fonts, journey, languages
    ("canvas", "gpu", "timezone", "languages"),           # fonts, screen
    ("gpu", "fonts", "screen", "cores"),                  # canvas, journey, languages
    ("gpu", "fonts", "cores", "timezone"),                # canvas, screen, languages
    ("fonts", "screen", "cores", "languages"),            # driver with canvas, journey
    ("screen", "cores", "memory", "timezone", "languages"),  # driver with canvas, fonts
    ("gpu", "cores", "memory", "timezone", "languages"),  # canvas, fonts, screen
)
# fmt: on
PARTS_MIN = 2  # of a block that have to be there: less would hold half the world


def block_keys(seen: Print) -> tuple[int | None, ...]:
    """The keys of a print in the order of BLOCKS; None where too little of a block was reported."""
    return tuple(_key(number, seen, names) for number, names in enumerate(BLOCKS))


def _key(number: int, seen: Print, names: tuple[str, ...]) -> int | None:
    values = [seen.values.get(name, 0) for name in ("system", "platform", *names)]
    if sum(value != 0 for value in values[2:]) < PARTS_MIN:
        return None
    packed = struct.pack(f"<{len(values)}q", *values)
    return int.from_bytes(blake2b(packed, digest_size=8, person=bytes([number])).digest(), "big", signed=True)
