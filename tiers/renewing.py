"""Copies made anew before they are over, by a thread of the process, so that no call has to wait for it.

It begins with the first copy that has not long to go. What it does not come to is renewed by the call that asks for it.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from config.lib.database import DatabaseAway

log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 0.02  # between two rounds, in which more becomes due


@dataclass(slots=True)
class Renewer:
    """The thread, and what it does in a round."""

    round: Callable[[], None]
    asked: bool = False  # a round is to come; looked at without a lock, thousands of times a second
    bell: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    thread: threading.Thread | None = None

    def ask(self) -> None:
        """Have a round begin soon. Costs next to nothing while one is asked for already."""
        if self.asked:
            return
        with self.lock:
            self.asked = True
            self.bell.set()
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._for_ever, name="renewer", daemon=True)
                self.thread.start()

    def _for_ever(self) -> None:
        while True:
            self.bell.wait()
            self.bell.clear()
            self._once()
            time.sleep(PAUSE_SECONDS)
            self.asked = False

    def _once(self) -> None:
        try:
            self.round()
        except DatabaseAway:
            pass  # it is said already, and a call that needs the database finds out by itself
        except Exception:
            log.exception("renewing_failed")
