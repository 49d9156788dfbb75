"""What the process of localstripe runs: `python -m tests.local_stripe_process PORT`.

It is localstripe as it comes, but for two things: its SetupIntents get the field `latest_attempt` that Stripe's have,
so that it can be asked to expand it, and its data stays in memory. Tests never import it.
"""

import sys
from typing import Any

from localstripe import resources, server


def _dump_nothing(store: Any) -> None:
    """In place of a file in the machine's own folder for what is temporary."""


if __name__ == "__main__":
    resources.SetupIntent.latest_attempt = None
    resources.Store.dump_to_disk = _dump_nothing
    sys.argv = ["localstripe", "--port", sys.argv[1], "--from-scratch"]
    server.start()
