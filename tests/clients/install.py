"""A running Gatehouse with its first key, for clients to call."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gatehouse_client import Gatehouse, Settings, WhenAway
from tests.e2e.live import Live, running

APPLICATION = "example"  # of the first keys of an install
DENY = """
import time
from pathlib import Path
from django.contrib.auth import get_user_model
from django.utils import timezone
from risk.facts import Word
from tiers.models import Account
from verification.review import give_word
for name in {names!r}:
    give_word(Account.objects.get(account_id=name).pk, word=Word.DENY, note="no",
              analyst=get_user_model().objects.get(), at=timezone.now())
Path({told!r}).write_text(str(time.time()))
"""


@dataclass(frozen=True, slots=True)
class Install:
    """What runs, and the key."""

    live: Live
    key: str

    @property
    def environment(self) -> dict[str, str]:
        """What the examples read."""
        return {
            "GATEHOUSE_ADDRESS": self.live.address,
            "GATEHOUSE_KEY": self.key,
            "GATEHOUSE_APPLICATION": APPLICATION,
        }

    def client(self, **settings: Any) -> Gatehouse:
        """A client of its own."""
        chosen = Settings(**settings)
        return Gatehouse(
            self.live.address, self.key, application=APPLICATION, when_away=WhenAway.RAISE, settings=chosen
        )

    def deny(self, *names: str) -> float:
        """An analyst's no; when it was committed, by the clock."""
        told = self.live.home / "denied"
        self.live.runs(DENY.format(names=names, told=str(told)))
        return float(told.read_text())


@contextmanager
def installed(**settings: str) -> Iterator[Install]:
    """Gatehouse while the block runs."""
    with running(**settings) as live:
        yield Install(live, json.loads((live.home / "first-start.json").read_text())["secret_key"])
