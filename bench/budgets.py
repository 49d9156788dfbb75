"""How fast budgets are drawn on over HTTP, beside a bare WSGI hello on the same granian in the same run.

`make bench-budgets` (or `python -m bench.budgets [--accounts N] [--seconds S]`). PostgreSQL and Valkey are real; half
of the accounts are of rings of ten, so that every other draw is on two budgets. The door and the hello listen at once,
one worker a core, and take turns under wrk. The last line is the ratio of the rates at 32 connections: draws to the
hello, the median over the turns.
"""

import argparse
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from bench._wrk import load, require_wrk
from bench.lookup import DOOR, HELLO, listening, prepare, ratio, turns
from bench.signup import run
from config.lib import embedded

ASKED_FOR = 5_000  # draws a second
TRIES = 20
RINGS = "UPDATE tiers_account SET budget = 'ring:rng_' || id / 20 WHERE id % 2 = 0"
KEY = (
    "from config.lib.auth import create_key;"
    "print(create_key(kind='secret', scopes=['budgets:write'], application='bench', name='bench'))"
)
SCRIPT = """
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer KEY"
wrk.headers["Content-Type"] = "application/json"
math.randomseed(os.time())
request = function()
  local body = '{"account_id": "acct_' .. math.random(1, ASKED) .. '", "tokens": 20}'
  return wrk.format(nil, "/v1/budgets/consume", nil, body)
end
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=2_000, help="that are drawn on")
    parser.add_argument("--seconds", type=float, default=4.0, help="of load in each turn")
    chosen = parser.parse_args()
    require_wrk()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as up:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        addresses = up.enter_context(embedded.running(home))
        prepare(addresses.database_url, chosen.accounts)
        with psycopg.connect(addresses.database_url, autocommit=True) as connection:
            connection.execute(RINGS)
        key = run("manage.py", "shell", "--verbosity", "0", "--command", KEY).split()[-1]
        script = home / "budgets.lua"
        script.write_text(SCRIPT.replace("KEY", key).replace("ASKED", str(chosen.accounts)))
        servers = {site.name: up.enter_context(listening(site)) for site in (HELLO, DOOR)}
        _try(servers[DOOR.name].port, key)
        done = turns(servers, script, chosen.seconds)
        alone = load(servers[DOOR.name].port, script, seconds=chosen.seconds, connections=1)
    rate = statistics.median(turn.load.rate for turn in done[DOOR.name])
    print(f"draws by 1 connection     {alone}")
    print(f"draws a second            {rate:.0f}, where {ASKED_FOR} are asked for")
    print(f"ratio: {ratio(done, DOOR):.2f}")


def _try(port: int, key: str) -> None:
    """Draws whose answers are looked at, for wrk sees statuses only; the first ones of a busy machine may be late."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    said = b""
    for _ in range(TRIES):
        caller = HTTPConnection("127.0.0.1", port, timeout=30)
        caller.request("POST", "/v1/budgets/consume", b'{"account_id": "acct_2"}', headers)
        said = caller.getresponse().read()
        caller.close()
        if b'"counted":"valkey"' in said:
            return
        time.sleep(1)
    raise RuntimeError(said)


if __name__ == "__main__":
    main()
