"""A bulk re-decision of all accounts, begun right before a fault: `redecide`, by a process that stands ready."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.e2e.live import OWN_SERVERS, ROOT, Live

# For each line that it is given it begins one, and says so: to start a process of its own for each would take seconds.
READY = """
import sys
from django.core.management import call_command
from django.db import connection
for line in sys.stdin:
    connection.close()
    call_command("redecide", "faults")
    sys.stdout.flush()
"""


@contextmanager
def redeciding(live: Live) -> Iterator[Callable[[], None]]:
    """What has all accounts decided again by the workers, while the block runs."""
    with subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", READY],
        cwd=ROOT,
        env={**os.environ, **dict.fromkeys(OWN_SERVERS, ""), "GATEHOUSE_HOME": str(live.home), "LOG_LEVEL": "WARNING"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield lambda: _begin(process)
        finally:
            process.kill()


def _begin(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    assert "with the workers" in process.stdout.readline()
