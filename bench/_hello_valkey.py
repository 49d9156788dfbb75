"""The yardstick of a door that asks Valkey each time: the least that one with redis-py can do."""

import os
from collections.abc import Callable
from typing import Any, Final

from redis import Redis

from bench._hello import application as hello

valkey: Final = Redis.from_url(os.environ["REDIS_URL"])


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Ask for what stands under the address, and say hello whatever that is."""
    valkey.get(environ["PATH_INFO"])
    return hello(environ, start_response)
