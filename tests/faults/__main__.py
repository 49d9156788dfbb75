"""`python -m tests.faults`: what `make faults` runs, in a home that can be filled; or the faults that are named."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.faults import FAULTS
from tests.faults.run import Pace, run, say, table

ROOM = "size=1500m"


@contextmanager
def small_disk() -> Iterator[None]:
    """Homes are made on a file system of their own where this user may mount one; else the disk is not filled."""
    folder = Path(tempfile.mkdtemp(prefix="gh-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", ROOM, "tmpfs", str(folder)],  # noqa: S607 - the system's own
        check=False,
        capture_output=True,
    )
    try:
        if mounted.returncode == 0:
            folder.chmod(0o755)
            tempfile.tempdir = str(folder)
        yield
    finally:
        tempfile.tempdir = None
        if mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S607 - as above
        folder.rmdir()


def main() -> int:
    """All of them or those that are named, at length; the exit code is 1 where something was lost."""
    chosen = {name: fault for name, fault in FAULTS.items() if name in sys.argv[1:] or len(sys.argv) == 1}
    with small_disk():
        rows = run(chosen, Pace(before=5, after=5, settles=240, threads=3, thorough=True), say)
    sys.stdout.write(f"{table(rows)}\n")
    return int(any(row.found is not None and not row.why and row.found.any() for row in rows))


if __name__ == "__main__":
    sys.exit(main())
