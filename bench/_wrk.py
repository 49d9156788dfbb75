"""Load by wrk, which spends less of the machine than any caller in Python would."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32
MISSING = "wrk is missing, and this cannot be measured without it. Install it (Debian and Ubuntu: apt-get install wrk)."
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What a turn of load came to."""

    rate: float  # calls a second
    p50: float  # ms
    p99: float

    def __str__(self) -> str:
        return f"{self.rate:7.0f}/s   p50 {self.p50:6.2f} ms   p99 {self.p99:6.2f} ms"


def require_wrk() -> None:
    """End with a line that says what to do where wrk is missing."""
    if shutil.which("wrk") is None:
        sys.exit(MISSING)


def load(port: int, script: Path, *, seconds: float, connections: int = CONNECTIONS) -> Load:
    """Calls as fast as they are answered. Raises RuntimeError where one is not answered by a 2xx."""
    threads = str(min(2, connections))
    command = [
        "wrk",
        "--threads",
        threads,
        "--connections",
        str(connections),
        "--duration",
        f"{max(1, round(seconds))}s",
    ]
    command += ["--latency", "--script", str(script), f"http://127.0.0.1:{port}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    return Load(_number(r"Requests/sec:\s+([\d.]+)", said), _milliseconds("50%", said), _milliseconds("99%", said))


def _number(pattern: str, said: str) -> float:
    found = re.search(pattern, said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])


def _milliseconds(quantile: str, said: str) -> float:
    found = re.search(rf"\s{quantile}\s+([\d.]+)(us|ms|s)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1]) * UNITS[found[2]]
