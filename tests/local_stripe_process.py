"""What the process of localstripe runs: `python -m tests.local_stripe_process PORT`.

It is localstripe as it comes, but for three things. Its SetupIntents get the field `latest_attempt` that Stripe's have,
so that it can be asked to expand it; they take `allowed_payment_method_types`, as the parameter is called since
2026-09-30.endive; and its data stays in memory. Tests never import this file.
"""

import sys
from typing import Any

from localstripe import resources, server

_make = resources.SetupIntent.__init__


def _make_of_today(intent: Any, allowed_payment_method_types: list[str] | None = None, **fields: Any) -> None:
    _make(intent, payment_method_types=allowed_payment_method_types, **fields)


def _dump_nothing(store: Any) -> None:
    """In place of a file in the machine's own folder for what is temporary."""


if __name__ == "__main__":
    resources.SetupIntent.latest_attempt = None
    resources.SetupIntent.__init__ = _make_of_today
    resources.Store.dump_to_disk = _dump_nothing
    sys.argv = ["localstripe", "--port", sys.argv[1], "--from-scratch"]
    server.start()
