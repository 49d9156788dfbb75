"""What a process uses is told with what those use that it starts."""

import subprocess
import sys

from bench._used import Memory, processor

LARGE = 200  # MB
HOLD = f"import time; held = b'x' * ({LARGE} << 20); time.sleep(1)"
WORK = "import time\nwhile time.process_time() < 0.5: pass"


def test_the_memory_of_a_process_that_is_started_counts() -> None:
    with Memory() as alone:
        pass
    with Memory() as memory:
        subprocess.run([sys.executable, "-c", HOLD], check=True)
    assert memory.largest > alone.largest + LARGE / 2


def test_memory_that_was_held_between_two_looks_counts() -> None:
    with Memory() as memory:
        held = bytearray(b"x") * (LARGE << 20)
        del held
    assert memory.largest > LARGE


def test_the_processors_seconds_of_a_process_that_is_started_count() -> None:
    before = processor()
    subprocess.run([sys.executable, "-c", WORK], check=True)
    assert processor() - before >= 0.5
