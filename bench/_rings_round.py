"""The measured part of bench/rings.py that has a database: `python -m bench._rings_round RECORDS OUT`, inside Django.

The traces of all accounts but the last NEWCOMERS are stored, and a full round is run. Then the last are stored, and a
round over newcomers is run twice: the first checks the files of the census, as each process does once. Seconds are of
whole rounds, from reading what is stored to what is written; memory is the process's largest until then,
with what it started.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

import numpy as np  # noqa: E402 - Django is set up first
from django.db import connection  # noqa: E402 - as above

from bench._rings_towns import Records  # noqa: E402 - as above
from bench._used import Memory, processor  # noqa: E402 - as above
from risk.models import RingMember  # noqa: E402 - as above
from risk.rings.columns import Ints  # noqa: E402 - as above
from risk.rings.rounds import run  # noqa: E402 - as above

NEWCOMERS = 1_000
COPY = "COPY risk_trace (subject, at, links, tells) FROM STDIN"
BLOCK = 1 << 20


def store(records: Records, rows: Ints) -> None:
    """Put the traces of some accounts into the database; subjects are places in the records, from 1."""
    with connection.cursor() as cursor:
        with cursor.copy(COPY) as copy:
            waiting = ""
            for line in _lines(records, rows):
                waiting += line
                if len(waiting) > BLOCK:
                    copy.write(waiting)
                    waiting = ""
            copy.write(waiting)
        cursor.execute("ANALYZE risk_trace")


def _lines(records: Records, rows: Ints) -> Iterator[str]:
    for row in rows.tolist():
        at = datetime.fromtimestamp(records.at[row], UTC).isoformat()
        links, tells = (",".join(map(str, of[row].tolist())) for of in (records.links, records.tells))
        yield f"{row + 1}\t{at}\t{{{links}}}\t{{{tells}}}\n"


def timed(*, full: bool) -> dict[str, float]:
    """Run a round."""
    with Memory() as memory:
        started, worked = time.perf_counter(), processor()
        done = run(at=datetime.now(UTC), full=full)
        seconds, worked = time.perf_counter() - started, processor() - worked
    return {"seconds": seconds, "processor": worked, "megabytes": memory.largest, "accounts": done.accounts}


def main() -> None:
    """Measure the rounds and write what they took, and who stands in which ring at the end."""
    stored = np.load(sys.argv[1])
    records, out = Records(*(stored[name] for name in Records.__slots__)), Path(sys.argv[2])
    order = np.argsort(records.at, kind="stable")
    store(records, order[:-NEWCOMERS])
    full = timed(full=True)
    store(records, order[-NEWCOMERS:])
    first, again = timed(full=False), timed(full=False)
    ring = np.full(len(order), -1, dtype=np.int64)
    members = RingMember.objects.filter(left_at=None).values_list("subject", "ring_id")
    for subject, number in members:
        ring[subject - 1] = number
    np.save(out.with_suffix(".npy"), ring)
    out.write_text(json.dumps({"full": full, "first": first, "again": again}))


if __name__ == "__main__":
    main()
