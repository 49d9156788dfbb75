"""Reading traces out of PostgreSQL as columns: in binary, a million in seconds."""

from datetime import UTC, datetime

import numpy as np

from risk.models import Trace
from risk.rings.census import Census
from risk.rings.columns import Traces
from risk.rings.copying import numbers
from risk.rings.links import STORED
from risk.rings.tells import WORDS

FIELDS = 2 + STORED + WORDS
LATE = 10_000  # numbers of accounts back: one that was given earlier can be stored later
COMPARED = 64  # accounts of a census

TRACES_SQL = f"""
SELECT subject, (extract(epoch FROM at) * 1000000)::bigint,
    {", ".join(f"coalesce(links[{place}], 0)" for place in range(1, STORED + 1))},
    {", ".join(f"coalesce(tells[{place}], 0)" for place in range(1, WORDS + 1))}
FROM risk_trace WHERE {{where}}
"""  # noqa: S608 - numbers of our own


def read() -> Traces:
    """The traces of every account.

    One that another version wrote can be shorter: of its missing links nothing was shown. A longer one is cut.

    Raises:
        UnreadableCopy: the database sends another form than that of binary copies.

    """
    return _read("true")


def newer(after: datetime, *, most: int) -> Traces:
    """The traces of those who came after a moment, at most so many of the newest.

    Raises:
        UnreadableCopy: as in `read`.

    """
    return _read(f"at > '{after.astimezone(UTC).isoformat()}' ORDER BY at DESC LIMIT {most:d}")


def since(census: Census) -> Traces | None:
    """The traces of those who came after the census, or None where it is no census of what is stored.

    What somebody gave later is not looked for, nor traces that were made later of those who came long before: the next
    full round reads them.

    Raises:
        UnreadableCopy: as in `read`.

    """
    if not len(census):
        return None
    newest = int(census.subjects.max())
    found = _read(f"subject > {newest - LATE}")
    new = found.some(~np.isin(found.subjects, census.subjects))
    before = Trace.objects.filter(subject__lte=newest).count() - int((new.subjects <= newest).sum())
    return new if before >= len(census) and _same_times(census) else None


def _same_times(census: Census) -> bool:
    """Whether some of the census came when it says: another database's accounts came at other times."""
    rows = np.linspace(0, len(census) - 1, min(len(census), COMPARED)).astype(np.int64)
    kept = dict(zip(census.subjects[rows].tolist(), census.at[rows].tolist(), strict=True))
    stored = {trace.subject: trace.at.timestamp() for trace in Trace.objects.filter(subject__in=kept).only("at")}
    return kept == stored


def _read(where: str) -> Traces:
    values = numbers(TRACES_SQL.format(where=where), FIELDS)
    return Traces(values[:, 0], values[:, 1] / 1e6, values[:, 2 : 2 + STORED], values[:, 2 + STORED :])
