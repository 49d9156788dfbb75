"""A Gatehouse that does what a test wants, and a client of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from gatehouse_client import Following, Gatehouse, Lowest, Settings, WhenAway
from tests.clients.install import Install, installed
from tests.clients.peer import IMPATIENT, Peer, Signer, Told, standing_in

Making = Callable[..., Gatehouse]
LOWEST = Lowest("unknown", {"requests_per_minute": 1})


@pytest.fixture
def peer() -> Iterator[Peer]:
    """The other end."""
    with standing_in() as peer:
        yield peer


@pytest.fixture
def signer(peer: Peer) -> Signer:
    """Whose keys the peer publishes."""
    signer = Signer()
    peer.says("/.well-known/jwks.json", Told(body={"keys": [signer.published()]}))
    return signer


@pytest.fixture
def client_for(peer: Peer) -> Iterator[Making]:
    """Makes clients of the peer; they end with the test."""
    with ExitStack() as made:

        def make(when_away: WhenAway = WhenAway.RAISE, key: str = "gh_sk_live_x", **settings: Any) -> Gatehouse:
            usual = {"lowest": LOWEST, "patience": IMPATIENT, "following": Following(wait=1, slack=0.5, pause=0.1)}
            chosen = Settings(**{**usual, **settings})
            made_now = Gatehouse(peer.address, key, application="shop", when_away=when_away, settings=chosen)
            return made.enter_context(made_now)

        yield make


@pytest.fixture(scope="package")
def install() -> Iterator[Install]:
    """All of Gatehouse, running in two web processes."""
    with installed(WEB_WORKERS="2") as install:
        yield install
