"""The benches of use start from a shell that has set nothing, as the docs name them."""

import os
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.parametrize("bench", ["usage_detection", "attack", "usage_scale"])
def test_a_bench_starts_without_settings(bench: str) -> None:
    bare = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{bench}", "--help"],
        cwd=settings.BASE_DIR,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout
