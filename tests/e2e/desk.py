"""A desk with a screen, a mouse and a keyboard, and a browser that nothing drives but these.

The screen is an X server of its own (Xvfb); keys and moves go through the X server (xdotool, XTest), as those of real
hardware do. The browser is started as a person starts it: no driver, no debugger, no flag that names one.
"""

import math
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

WIDTH, HEIGHT = 1280, 900
XVFB, XDOTOOL = "/usr/bin/Xvfb", "/usr/bin/xdotool"
CHROMIUM = ("/usr/bin/chromium", "--no-sandbox", "--no-first-run", "--no-default-browser-check", "--disable-sync")
FIREFOX = ("/usr/bin/firefox-esr", "--no-remote", "--new-instance")
# Rhythm of a quick typist (Dhakal et al. 2018: 239 ms between keys on average, keys held for about 116 ms).
GAP_MS, GAP_SHAPE = 95.0, 0.55  # median between a key's end and the next, and the deviation of its logarithm
DWELL_MS, DWELL_SHAPE = 70.0, 0.30
STEP_S = 0.012  # between two moves of the mouse


@dataclass
class Desk:
    """A screen and hands. `hand` draws what differs from key to key, the same in each run."""

    display: str
    place: tuple[float, float] = (WIDTH / 2, HEIGHT / 2)
    hand: random.Random = field(default_factory=lambda: random.Random(7))

    def env(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.display}

    def do(self, *words: str) -> None:
        """One act of the hands."""
        subprocess.run([XDOTOOL, *words], env=self.env(), check=True, capture_output=True)

    def type(self, text: str) -> None:
        """Type a text, each key held and followed for a time of its own."""
        for character in text:
            key = {"@": "at", ".": "period", " ": "space", "+": "plus"}.get(character, character)
            self.do("keydown", key)
            self._wait(DWELL_MS, DWELL_SHAPE)
            self.do("keyup", key)
            self._wait(GAP_MS, GAP_SHAPE)

    def click(self, x: float, y: float) -> None:
        """Go there in a bow, slow down, and click."""
        began, steps, bow = self.place, 34, self.hand.uniform(-40, 40)
        for step in range(1, steps + 1):
            share = 1 - (1 - step / steps) ** 3
            side = bow * math.sin(math.pi * share)
            self.place = (began[0] + (x - began[0]) * share + side, began[1] + (y - began[1]) * share + side / 3)
            self.do("mousemove", str(round(self.place[0])), str(round(self.place[1])))
            time.sleep(STEP_S)
        self._wait(110, 0.2)
        self.do("mousedown", "1")
        self._wait(DWELL_MS, DWELL_SHAPE)
        self.do("mouseup", "1")

    def _wait(self, median_ms: float, shape: float) -> None:
        time.sleep(self.hand.lognormvariate(math.log(median_ms), shape) / 1000)

    @contextmanager
    def browsing(self, command: Sequence[str], address: str, *, prefs: str = "") -> Iterator[None]:
        """A browser of this desk, in a fresh profile, for as long as the block runs. `prefs` are lines of user.js."""
        profile = tempfile.mkdtemp(prefix="gatehouse-desk-")
        Path(profile, "user.js").write_text(prefs)
        own = ["--profile", profile] if "firefox" in command[0] else [f"--user-data-dir={profile}"]
        size = ["--width", "1200", "--height", "850"] if "firefox" in command[0] else ["--window-size=1200,850"]
        process = subprocess.Popen(
            [*command, *own, *size, address], env=self.env(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)
            shutil.rmtree(profile, ignore_errors=True)


@contextmanager
def sitting() -> Iterator[Desk]:
    """A desk with a screen of its own. Raises RuntimeError where the screen does not come up."""
    read, write = os.pipe()
    screen = subprocess.Popen(
        [XVFB, "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as said:
            number = said.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield Desk(f":{number}")
    finally:
        screen.terminate()
        screen.wait(10)
