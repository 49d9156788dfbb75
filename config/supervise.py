"""`make run`: the servers, the database's tables, then web, workers and beat, until a signal ends them all.

A child that dies is started again; one that keeps dying ends everything with a line that says so. Children die with
this process even where it is killed, and the embedded servers stop with the last who uses them.
"""

import http.client
import json
import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config import queues
from config.lib import embedded, env
from config.lib.children import ChildError, Children, Signals, Stopped, run_through
from config.lib.embedded_home import EmbeddedError, home_folder, made, own_files
from config.lib.env import SettingError
from config.lib.locks import FileLock
from config.queues import Line

WEB = "web"
WEB_THREADS = 3  # of each web process, beside those that wait for changes of tiers
# Seconds.
REVIVE_EVERY = 5.0
LONGEST_START = 60.0


class StartError(Exception):
    """It cannot start or go on. The message is one line that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the environment says about a run."""

    home: Path
    host: str
    port: int
    web_workers: int
    task_workers: int
    feed_waiters: int

    @property
    def address(self) -> str:
        """Where a browser finds it. By name where it can: passkeys belong to names, never to addresses in numbers."""
        return f"http://{'localhost' if self.host == '127.0.0.1' else self.host}:{self.port}"


def options() -> Options:
    """Read from the environment. Raises SettingError."""
    cores, few = os.cpu_count() or 1, range(1, 257)
    return Options(
        home=home_folder(),
        host=env.text("GATEHOUSE_BIND", "127.0.0.1", hint="The address that `make run` listens at."),
        port=env.integer("PORT", 8000, hint="The port of the web address, 1 to 65535.", within=range(1, 65536)),
        web_workers=env.integer(
            "WEB_WORKERS", cores, hint="Web processes of `make run`; unset: one a core.", within=few
        ),
        task_workers=env.integer(
            "TASK_WORKERS", cores, hint="Tasks of each worker of `make run` at a time.", within=few
        ),
        feed_waiters=env.integer("FEED_WAITERS", 2, hint="Calls that may wait at a time, 0 to 64.", within=range(65)),
    )


def main() -> int:
    """The exit code: 0 where a signal ended it, 1 where it could not start or go on."""
    signals = Signals()
    try:
        _run(options(), signals)
    except Stopped:
        return 0
    except (SettingError, EmbeddedError, ChildError, StartError) as problem:
        if signals.came:
            return 0
        print(f"Gatehouse cannot run: {problem}", file=sys.stderr)
        return 1
    return 0


def _run(chosen: Options, signals: Signals) -> None:
    os.environ.setdefault("GATEHOUSE_DEVELOPMENT", "1")
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # so that what it says at the start stays in sight
    os.environ |= {"GATEHOUSE_HOME": str(chosen.home), "PORT": str(chosen.port), "WEB_THREADS": str(WEB_THREADS)}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with _alone(chosen.home):
        _count_together(chosen.home / "metrics")
        _refuse_taken_port(chosen)
        _say("Starting PostgreSQL and Valkey ...")
        with embedded.running(chosen.home):
            signals.check()
            login = _prepare(signals)
            os.environ |= {
                "EXAMPLE_SECRET_KEY": login["secret_key"],
                "EXAMPLE_PUBLISHABLE_KEY": login["publishable_key"],
            }
            with Children(commands(chosen), signals, _say) as children:
                _wait_until_ready(chosen, children)
                _say(_welcome(chosen, login))
                _watch(chosen, children)


def commands(chosen: Options) -> dict[str, list[str]]:
    """What runs, by name."""
    as_root = "ignore:You're running the worker with superuser"  # a container's root; elsewhere nobody is
    celery = [sys.executable, "-W", as_root, "-m", "celery", "--quiet", "--app", "config"]
    workers, tasks = str(chosen.web_workers), str(chosen.task_workers)
    threads = str(WEB_THREADS + chosen.feed_waiters)
    # One thread a worker is fastest, but the example page's backend calls the very service that it runs in.
    web = ["--interface", "wsgi", "--workers", workers, "--blocking-threads", threads]
    # Calls that wait for changes of tiers are cut off at the end: gateways go on from their cursor.
    web += ["--workers-kill-timeout", "8", "--no-ws", "--log-level", "warning"]
    web += ["--respawn-failed-workers", "--host", chosen.host, "--port", str(chosen.port), "config.wsgi:application"]
    return {
        WEB: [sys.executable, "-m", "granian", *web],
        **{f"{name} worker": _worker(celery, name, lines, tasks) for name, lines in queues.WORKERS.items()},
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""],
    }


def _worker(celery: list[str], name: str, lines: Sequence[Line], tasks: str) -> list[str]:
    """One worker, for some of the queues: what waits in one does not keep another waiting."""
    served = ",".join(line.name for line in lines)
    command = [
        *queues.GENTLY.get(name, ()),
        *celery,
        "worker",
        "--hostname",
        f"{name}@%h",
        "--queues",
        served,
        "--concurrency",
        tasks,
    ]
    return [*command, "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One run for each home."""
    lock = FileLock(made(home) / "run.lock")
    try:
        with own_files():
            if not lock.try_take():
                raise StartError(
                    f"process {lock.holder()} runs Gatehouse in {home} already. "
                    "Stop it, or set GATEHOUSE_HOME to another folder."
                )
        lock.sign()
        yield
    finally:
        lock.drop()


def _count_together(folder: Path) -> None:
    """Where the processes write their metrics, so that /metrics adds them up; what an earlier run wrote is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _refuse_taken_port(chosen: Options) -> None:
    with socket.socket(socket.AF_INET6 if ":" in chosen.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server; TIME_WAIT is no hindrance
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as problem:
            raise StartError(
                f"port {chosen.port} of {chosen.host} cannot be used: {str(problem.strerror).lower()}. "
                f"Stop what listens there, or choose another port: PORT={chosen.port + 1} make run"
            ) from None


def _prepare(signals: Signals) -> dict[str, str]:
    """Tables, static files, and the first login; all harmless when done again."""
    _say("Preparing the database ...")
    manage = [sys.executable, "manage.py"]
    login: dict[str, str] = json.loads(run_through([*manage, "first_start", "--prepare"], signals))
    return login


def _wait_until_ready(chosen: Options, children: Children) -> None:
    deadline = time.monotonic() + LONGEST_START
    answer = ""
    while answer != "200":
        if time.monotonic() > deadline:
            raise StartError(f"{chosen.address}/readyz does not say that it is ready: {answer or 'no answer'}.")
        children.tend(WEB)  # first: people can come while workers are still loading
        answer = _readiness(chosen)


def _readiness(chosen: Options) -> str:
    """The status of /readyz, with what it says where it is not 200; empty where nobody answers."""
    connection = http.client.HTTPConnection(chosen.host, chosen.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        said = response.read(500).decode("utf-8", errors="replace")
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()
    return "200" if response.status == http.client.OK else f"{response.status} {said}"


def _watch(chosen: Options, children: Children) -> None:
    """Until Stopped or StartError."""
    looked = time.monotonic()
    while True:
        children.tend()
        if time.monotonic() - looked > REVIVE_EVERY:
            _revive(chosen)
            looked = time.monotonic()


def _revive(chosen: Options) -> None:
    """A server that cannot be started now, such as on a full disk, is tried again: the others go on meanwhile."""
    try:
        for name in embedded.revive(chosen.home):
            _say(f"{name} had died and was started again.")
    except EmbeddedError as problem:
        _say(f"A server had died and cannot be started yet: {problem}")


def _welcome(chosen: Options, login: Mapping[str, str]) -> str:
    address = chosen.address
    body = json.dumps(
        {
            "account_id": f"acct_{secrets.token_hex(4)}",
            "email": "jane.doe@example.com",
            "ip": "72.224.214.33",
            "user_agent": "Mozilla/5.0",
        }
    )
    return f"""
Gatehouse is up at {address}

  Example page  {address}/example/
  Inbox         {address}/dev/inbox/   the codes it sent
  Console       {address}/console/   login {login["login"]}, password {login["password"]}
  Interface     {address}/v1/docs
  Data          {chosen.home}

Try it:

curl -s {address}/v1/signups -H "Authorization: Bearer {login["secret_key"]}" -H "Content-Type: application/json" \\
  -d '{body}'

Ctrl-C ends it.
"""


def _say(words: str) -> None:
    """A terminal that is gone, or a file on a full disk, is no reason to end."""
    with suppress(OSError):
        print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
