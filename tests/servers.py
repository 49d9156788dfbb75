"""Real PostgreSQL and Valkey for the tests, in a temporary home: nobody's own var/ is ever touched.

Loaded by `-p tests.servers` before settings are read. Workers of pytest-xdist find the environment already made.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from config.lib import embedded
from risk.intel.build import build

ROOT = Path(__file__).parent.parent
MARK = "GATEHOUSE_TESTS_HOME"
_servers = ExitStack()


def _start() -> None:
    home = Path(tempfile.mkdtemp(prefix="gatehouse-tests-"))
    home.chmod(0o755)  # PostgreSQL runs as another user when root runs the tests
    _servers.callback(shutil.rmtree, home, ignore_errors=True)
    for name in ("DATABASE_URL", "REDIS_URL", "BROKER_URL"):
        os.environ[name] = os.environ.get(f"TEST_{name}", "")
    os.environ |= {
        MARK: str(home),
        "GATEHOUSE_HOME": str(home),
        "GATEHOUSE_DEVELOPMENT": "1",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "CRITICAL"),
    }
    (ROOT / "build" / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns where set-up has not run
    build(home)
    _servers.enter_context(embedded.running(home))


if MARK not in os.environ:
    # Whatever ends the process, a mistake in the configuration too, stops what it started.
    atexit.register(_servers.close)
    _start()
