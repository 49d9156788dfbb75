"""The harness: a site under load, one fault after the other, and after each a look for what was lost; and the table."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields

from tests.e2e.live import running
from tests.faults.bulk import redeciding
from tests.faults.clock import clock
from tests.faults.faults import Fault, NotTried
from tests.faults.load import Accepted, load
from tests.faults.losses import Losses, codes_to_ask_for_again, losses
from tests.faults.sink import sink
from tests.faults.site import Site, home_settings
from tests.receiver import receiver


@dataclass(frozen=True, slots=True)
class Row:
    """One fault, the load while it was done, and what was lost; or why it was not tried."""

    fault: str
    signups: int = 0
    codes: int = 0
    again: int = 0  # requests for codes that the person has to make once more
    unanswered: int = 0  # calls that the product gave up; nothing was promised
    seconds: float = 0.0  # until all was done
    found: Losses | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a fault is given."""

    before: float = 1.0  # seconds of load before it
    after: float = 1.0
    settles: float = 90.0
    threads: int = 2
    thorough: bool = False  # after each fault; else once, after all of them


@contextmanager
def site_under_test(*, with_clock: bool) -> Iterator[Site]:
    """A site, set up; with a clock that can be set, where that is wanted and this machine can."""
    with sink() as mails, receiver() as hooks, clock() if with_clock else nullcontext() as its_clock:
        settings = home_settings(mails) | (its_clock.settings() if its_clock else {})
        with running(**settings) as live, redeciding(live) as redecide:
            yield _set_up(Site(live, mails, hooks, clock=its_clock, redecide=redecide))


def _set_up(site: Site) -> Site:
    site.set_up()
    site.hook()
    return site


def run(chosen: Mapping[str, Fault], pace: Pace, say: Callable[[Row], None]) -> list[Row]:
    """Do the faults one by one on one site; every row is said as soon as it is there."""
    rows = []
    with site_under_test(with_clock=any(fault.sets_clock for fault in chosen.values())) as site:
        for name, fault in chosen.items():
            rows.append(_suffered(site, name, fault, pace, thorough=pace.thorough or name == list(chosen)[-1]))
            say(rows[-1])
    return rows


def _suffered(site: Site, name: str, fault: Fault, pace: Pace, *, thorough: bool) -> Row:
    why = ""
    with load(site.live.address, site.key, first=site.people, threads=pace.threads) as accepted:
        time.sleep(pace.before)
        site.redecide()
        try:
            fault.does(site)
        except NotTried as not_tried:
            why = str(not_tried)
        time.sleep(0 if why else pace.after)
    site.people = accepted.next
    begun = time.monotonic()
    found = losses(site, accepted, seconds=pace.settles, thorough=thorough)
    return _row(name, site, accepted, found, why, time.monotonic() - begun)


def _row(name: str, site: Site, accepted: Accepted, found: Losses, why: str, seconds: float) -> Row:
    return Row(
        fault=name,
        signups=len(accepted.accounts),
        codes=len(accepted.mailboxes),
        again=codes_to_ask_for_again(site, accepted),
        unanswered=accepted.refused + accepted.unanswered,
        seconds=seconds,
        found=found,
        why=why,
    )


def table(rows: list[Row]) -> str:
    """The rows as a table of Markdown."""
    kinds = [each.name for each in fields(Losses)]
    titles = ["fault", "signups", "codes", "to ask for again", "unanswered", "done after s", *kinds]
    lines = ["| " + " | ".join(title.replace("_", " ") for title in titles) + " |", "|---" * len(titles) + "|"]
    for row in rows:
        if row.why:
            lines.append(f"| {row.fault} | not tried: {row.why} |")
            continue
        told = [row.signups, row.codes, row.again, row.unanswered, f"{row.seconds:.0f}"]
        told += ["-" if (found := getattr(row.found, kind)) is None else found for kind in kinds]
        lines.append(f"| {row.fault} | " + " | ".join(map(str, told)) + " |")
    return "\n".join(lines)


def say(row: Row) -> None:
    """One row, as soon as it is there."""
    sys.stdout.write(f"{table([row]).splitlines()[-1]}\n")
    sys.stdout.flush()
