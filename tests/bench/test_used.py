"""What a process uses is told with what those use that it starts. Each is measured in a fresh one."""

import subprocess
import sys

LARGE = 200  # MB


def _told(work: str, ask: str = "memory.largest") -> float:
    """What is told of a process that does some work."""
    lines = [
        "import subprocess, sys",
        "from bench._used import Memory, processor",
        "with Memory() as memory:",
        f"    {work}",
    ]
    script = "\n".join([*lines, f"print({ask})"])
    return float(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)


def _another(script: str) -> str:
    return f"subprocess.run([sys.executable, '-c', {script!r}], check=True)"


def test_the_memory_of_a_process_that_is_started_counts() -> None:
    holds = f"import time; held = b'x' * ({LARGE} << 20); time.sleep(1)"
    assert _told(_another(holds)) > _told("pass") + LARGE / 2


def test_memory_that_was_held_between_two_looks_counts() -> None:
    assert _told(f"held = b'x' * ({LARGE} << 20); del held") > _told("pass") + LARGE / 2


def test_the_processors_seconds_of_a_process_that_is_started_count() -> None:
    works = "import time\nwhile time.process_time() < 1: pass"
    assert _told(_another(works), "processor()") - _told("pass", "processor()") > 0.5
